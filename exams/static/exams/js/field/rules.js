/**
 * What keeps a record from being sealed, and what its entries amount to: exams/rules/practical.py on the device, with
 * the same codes and sentences. The server asks its own rules again when the record arrives.
 */

const OUTCOME = "outcome";
const REMARK = "remark";
const NO_FAILURE = "no";
export const LONGEST_COMMENT = 1000;

/** All gaps and contradictions in the order of the checklist; empty when the record is complete. */
export function missing(plan, values) {
  const unfinished = values[OUTCOME] === "could_not_assess";
  const found = [];
  for (const station of plan.stations) {
    if (!unfinished) found.push(...unrated(station, values));
    found.push(...uncommented(station, values));
  }
  found.push(...sittingGaps(values));
  if (!found.length && !unfinished) found.push(...contradictions(judgements(plan, values), values));
  return found;
}

/** What each station amounts to; of a sitting that could not be assessed only the critical failures count. */
export function judgements(plan, values) {
  const judged = plan.stations.map((station) => judge(station, values, plan.passing_level));
  return values[OUTCOME] === "could_not_assess" ? judged.filter((one) => one.critical) : judged;
}

function judge(station, values, passingLevel) {
  const level = values[station.level] ? Number(values[station.level]) : null;
  const chosen = values[station.critical] ?? "";
  const failed = station.criteria.some((one) => one.critical && values[one.code] === "not_done");
  const critical = failed || (chosen !== "" && chosen !== NO_FAILURE);
  return { station: station.code, level, critical, met: level !== null && level >= passingLevel && !critical };
}

function gap(code, station, field, sentence) {
  return { code, station, field, sentence };
}

function* unrated(station, values) {
  for (const one of station.criteria) {
    if (!values[one.code]) yield gap("not_rated", station.code, one.code, `Rate ${one.code}: ${one.text}`);
  }
  if (!values[station.critical]) {
    const sentence = `Say whether a critical failure was seen at ${station.code}`;
    yield gap("critical_not_stated", station.code, station.critical, sentence);
  }
  if (!values[station.level]) {
    yield gap("no_level", station.code, station.level, `Choose an entrustment level for ${station.code}`);
  }
}

function* uncommented(station, values) {
  for (const one of station.criteria) {
    const skipped = one.critical && values[one.code] === "not_applicable";
    if (!(skipped || values[one.code] === "not_done") || values[one.comment]) continue;
    const what = skipped ? "why the critical step did not apply" : "what you saw";
    yield gap("comment_needed", station.code, one.comment, `Comment on ${one.code}: say ${what}`);
  }
  const chosen = values[station.critical] ?? "";
  if (chosen && chosen !== NO_FAILURE && !values[station.comment]) {
    const sentence = `Comment on ${station.code}: describe the critical failure`;
    yield gap("comment_needed", station.code, station.comment, sentence);
  }
}

function* sittingGaps(values) {
  const outcome = values[OUTCOME];
  if (!outcome) yield gap("no_outcome", "", OUTCOME, "Choose the outcome of the sitting");
  else if (outcome !== "competent" && !values[REMARK]) {
    yield gap("remark_needed", "", REMARK, "Write a remark: say why the outcome is not Competent");
  }
}

function* contradictions(judged, values) {
  const unmet = judged.filter((one) => !one.met).map((one) => one.station);
  if (values[OUTCOME] === "competent" && unmet.length) {
    const [is, it] = unmet.length > 1 ? ["are", "them"] : ["is", "it"];
    const sentence = `The outcome is Competent, but ${unmet.join(", ")} ${is} not met. Rate ${it} again, or choose another outcome`;
    yield gap("competent_but_not_met", "", OUTCOME, sentence);
  }
  if (values[OUTCOME] === "needs_remediation" && !unmet.length) {
    const sentence = "The outcome is Needs remediation, but every station is met. Lower a level, or choose Competent";
    yield gap("remediation_but_met", "", OUTCOME, sentence);
  }
}
