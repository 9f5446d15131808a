/** Tells the server the zone of this browser's clock, once: until a person chooses one, times are shown in it. */

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const known = document.cookie.split("; ").find((part) => part.startsWith("time_zone="));
if (zone && known !== `time_zone=${encodeURIComponent(zone)}`) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `time_zone=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
