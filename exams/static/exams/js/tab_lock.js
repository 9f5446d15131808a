/**
 * One tab of this browser answers an attempt at a time. Other devices are the server's business (its session token).
 *
 * @returns {Promise<boolean>} whether this tab holds the attempt; `lost` is called when another tab takes it over.
 */
export function holdAttempt(attempt, { steal = false, lost }) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const options = steal ? { steal: true } : { ifAvailable: true };
    let held = false;
    navigator.locks
      .request(`attempt:${attempt}`, options, (lock) => {
        held = Boolean(lock);
        resolve(held);
        return lock ? new Promise(() => {}) : undefined;
      })
      .catch(() => (held ? lost() : resolve(false)));
  });
}
