// How long ago the site was built: it is renewed each day, and cannot say itself when that ends.

const DAY = 86_400_000;
const LONG = 14;

function notice(days) {
  const inner = document.createElement("div");
  inner.className = "md-banner__inner md-grid md-typeset";
  const text = document.createElement("p");
  text.className = "notice";
  text.setAttribute("role", "note");
  text.textContent = `This site was last built ${days} days ago: much may have changed since.`;
  const banner = document.createElement("aside");
  banner.className = "md-banner";
  inner.append(text);
  banner.append(inner);
  return banner;
}

const time = document.querySelector(".built time");
const days = Math.floor((Date.now() - Date.parse(time.dateTime)) / DAY);
if (days > 0) time.after(`, ${days === 1 ? "1 day" : `${days} days`} ago`);
if (days > LONG) document.querySelector("[data-md-component=announce]")?.append(notice(days));
