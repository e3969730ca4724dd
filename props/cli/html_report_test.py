"""Checks the HTML page of `report`: what a reader sees, in a browser if there is one.

    html_report_test.py TEST PROGRAM ROOT_OF_THE_SOURCES [FOLDER_FOR_SCREENSHOTS]

Exits 77, with the reason, where the browser or a target is missing.
"""

import html
import html.parser
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

SKIPPED = 77
UNSUPPORTED = 5
EVIL = "</pre></code><script>document.title='taken'</script><img src=x onerror=alert(1)>\"'&\x01\x1b[31m"
LOADS = {"src", "srcset", "srcdoc", "href", "xlink:href", "action", "formaction", "poster", "data", "background"}
RUNS = {"script", "iframe", "object", "embed", "form", "base", "portal"}


class Tester:
    def __init__(self, program, root, screenshots=None):
        self.program = program
        self.root = Path(root)
        self.screenshots = screenshots and Path(screenshots)
        self.folder = Path(tempfile.mkdtemp(prefix="html-"))

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", timeout=300)
        if done.returncode == UNSUPPORTED:
            skip(done.stderr)
        return done

    def findings(self):
        """findings/ with one of target host and one of target numba, which is confirmed."""
        kernel = self.root / "docs/examples/missing_barrier.cu"
        for arguments in (["--target", "host", "--kernel", kernel], ["--target", "numba"]):
            done = self.run("hunt", *arguments, "--seed", "1", "--replays", "20")
            expect(done.returncode == 2, "hunt finds nothing to show", done)

    def campaign(self, ticks=900):
        """A campaign's statistics, as docs/campaigns.md has them, of a run that slows down and finds less and less."""
        folder = self.folder / "campaign"
        folder.mkdir()
        executions = 0
        with open(folder / "stats.ndjson", "w", encoding="utf-8") as stats:
            for i in range(ticks):
                rate = int(7000 * (0.6 + 0.4 * math.exp(-i / 200)) + 600 * math.sin(i * 1.7))
                executions += rate * 10
                stats.write(json.dumps({
                    "time_s": 10.0 * i + 0.5, "executions": executions, "executions_per_s": rate,
                    "corpus": int(20 + 90 * (1 - math.exp(-i / 150))), "features": int(412 * (1 - math.exp(-i / 90))),
                    "edges": min(9, 1 + i // 20), "schedules": int(executions * 0.3), "findings": max(0, i - 50) * 3,
                    "buckets": (i > 50) + (i > 400), "new_behaviour": int(97 * (1 - math.exp(-i / 120))), "restarts": 0,
                    "later_field": True,
                    "workers": [{"job": 0, "pid": 1, "executions": 1, "executions_per_s": 1, "state": "running"}]}) + "\n")
            stats.write('{"time_s": 9e9, "exec')  # a line that is still being written


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def expect(holds, what, done):
    if not holds:
        sys.exit(f"{what}\n{getattr(done, 'args', '')}\n{getattr(done, 'stdout', '')[-3000:]}\n"
                 f"{getattr(done, 'stderr', '')[-3000:]}")


class Page(html.parser.HTMLParser):
    """Checks a page as far as that is possible without a browser."""

    VOID = {"meta", "link", "br", "img"}

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.described, self.headings, self.text = [], [], [], [], [], []
        self.images_without_name = 0
        self.loads = re.findall(r"url\(|@import", "".join(re.findall(r"<style>(.*?)</style>", text, re.S)))
        self.feed(text)
        if self.open:
            sys.exit(f"not closed: {self.open}")

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.loads += [tag] if tag in RUNS else []
        self.loads += [f"{name}={value}" for name, value in attributes.items() if name.startswith("on") or
                       (name in LOADS and not value.startswith("#") and
                        value != "data:,"
                        and not re.fullmatch(r"data:image/svg\+xml,[A-Za-z0-9%._~-]+", value))]
        if tag not in self.VOID:
            self.open.append(tag)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes["href"][1:]] if attributes.get("href", "").startswith("#") else []
        self.described += attributes.get("aria-labelledby", "").split()
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if attributes.get("role") == "img" and not attributes.get("aria-labelledby"):
            self.images_without_name += 1

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            sys.exit(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.text.append(data)


def check_page(text):
    page = Page(text)
    if len(set(page.ids)) != len(page.ids):
        sys.exit("an id stands twice")
    missing = (set(page.links) | set(page.described)) - set(page.ids)
    if missing:
        sys.exit(f"names what is not there: {missing}")
    if page.images_without_name:
        sys.exit("a plot without a name")
    if page.headings[0] != 1 or page.headings.count(1) != 1:
        sys.exit("must have one h1, which is first")
    for before, after in zip(page.headings, page.headings[1:]):
        if after > before + 1:
            sys.exit(f"headings skip a level: h{before}, h{after}")
    if page.loads:
        sys.exit(f"loads or runs something: {page.loads}")
    return page


def contrast(first, second):
    def luminance(colour):
        parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def browser():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return shutil.which(name)
    skip("no chromium")


def in_browser(tester, page, width, height, dark, *arguments):
    command = [browser(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
               "--hide-scrollbars", "--enable-logging=stderr", f"--user-data-dir={tester.folder}/profile",
               f"--window-size={width},{height}", f"--blink-settings=preferredColorScheme={0 if dark else 1}",
               "--virtual-time-budget=2000", "--host-resolver-rules=MAP * ~NOTFOUND"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tester.folder), "LANG": "C.UTF-8"}
    return subprocess.run([*command, *arguments, page.as_uri()], capture_output=True, text=True, errors="replace",
                          timeout=280, env=environment)


# --- tests


def a_page_is_whole_and_loads_nothing(tester):
    tester.findings()
    tester.campaign()
    done = tester.run("report", "findings", "campaign", "-o", "report.html")
    expect(done.returncode == 0, "report", done)
    text = (tester.folder / "report.html").read_text(encoding="utf-8")
    page = check_page(text)
    shown = " ".join(page.text)
    for wanted in ("2 findings", "1 confirmed on the stock system", "AttributeError", "UninitialisedRead", "preempted: 0:1 goes on",
                   "./straylane replay", "Executions per second", "missing_barrier.cu", "allocator_factory.py", "Why it fails", "Orderings between threads that make it fail"):
        expect(wanted in shown, f"must say {wanted!r}", done)
    pictures = re.findall(r'src="data:image/svg\+xml,([^"]+)"', text)
    files = [path.read_text(encoding="utf-8") for path in sorted((tester.folder / "findings").glob("*/no-return.svg"))]
    expect(files and sorted(urllib.parse.unquote(p) for p in pictures) == sorted(files), "shows each point of no return", done)
    confirmed, not_tried = text.index("id=\"confirmed\""), text.index("id=\"not-tried\"")
    expect(confirmed < not_tried, "confirmed findings stand first", done)
    plots = text.count("<figure class=\"plot\">")
    expect(plots == 7, f"{plots} plots", done)
    expect(all(len(m) < 12_000 for m in re.findall(r' d="([^"]*)"', text)), "plots are thinned out", done)
    done = tester.run("report", "findings", "-o", "report.html")
    expect(done.returncode == 4 and "exists already" in done.stderr, "overwritten", done)


def text_from_outside_is_text(tester):
    tester.findings()
    folder = next(f for f in (tester.folder / "findings").iterdir() if "attributeerror" in f.name)
    finding = json.loads((folder / "finding.json").read_text(encoding="utf-8"))
    for key in ("bucket", "message", "exception_type", "function", "confirmation", "token", "oracle", "target"):
        finding[key] = EVIL
    finding["story"] = {"sentences": [{"text": EVIL, "statement": EVIL}], "rest": EVIL}
    finding["rule"] = EVIL
    finding["location"].update(file=EVIL, function=EVIL, statement=EVIL)
    for row in finding["columns"]["rows"]:
        row.update(file=EVIL, statement=EVIL, note=EVIL if row["note"] else "")
    (folder / "finding.json").write_text(json.dumps(finding), encoding="utf-8")
    evil_folder = folder.with_name("<b>'\"&;rm -rf")
    folder.rename(evil_folder)
    done = tester.run("report", "findings", "-o", "evil.html", "--sarif", "evil.sarif", "--junit", "evil.xml", "--json", "-")
    expect(done.returncode == 0, "report", done)
    page = check_page((tester.folder / "evil.html").read_text(encoding="utf-8"))
    expect("<script>document.title" in " ".join(page.text), "the text itself must be shown", done)
    json.loads(done.stdout)
    json.loads((tester.folder / "evil.sarif").read_text(encoding="utf-8"))
    import xml.etree.ElementTree as xml
    xml.parse(tester.folder / "evil.xml")
    draws = [("", "is malformed"), ("{}", "format"), ("[]", ""), ('{"format":"straylane-finding/2"}', "bucket"),
             (json.dumps({**finding, "columns": {**finding["columns"], "threads": []}}), "columns"),
             (json.dumps({**finding, "confirmed": 1}), "confirmed"), (json.dumps({**finding, "confirmed": "?"}), "confirmed")]
    for content, place in draws:
        (evil_folder / "finding.json").write_text(content, encoding="utf-8")
        done = tester.run("report", "findings", "-o", "never.html")
        lines = done.stderr.splitlines()
        expect(done.returncode == 1 and len(lines) == 1 and "finding.json" in lines[0], f"{content!r}: one line", done)
    (evil_folder / "finding.json").unlink()
    done = tester.run("report", "findings", "-o", "never.html")
    expect(done.returncode == 1 and "finding.json" in done.stderr, "a folder without finding.json", done)
    figures = ("executions", "executions_per_s", "corpus", "features", "edges", "schedules", "findings", "buckets",
               "new_behaviour", "restarts")
    later, earlier = (json.dumps({"time_s": t, **dict.fromkeys(figures, 0)}).encode() + b"\n" for t in (2, 1))
    for bad, place in ((b"{", "stats.ndjson:1"), (later + earlier, "stats.ndjson:2"), (b'{"time_s":2}\n', "executions"),
                       (b"", "stats.ndjson")):
        broken = tester.folder / "broken"
        broken.mkdir(exist_ok=True)
        (broken / "stats.ndjson").write_bytes(bad + (b"\n" if bad == b"{" else b""))
        done = tester.run("report", "broken", "-o", "never.html")
        expect(done.returncode == 1 and place in done.stderr and len(done.stderr.splitlines()) == 1, f"{bad}", done)
    done = tester.run("report", "nowhere", "-o", "never.html")
    expect(done.returncode == 4, "no folder", done)
    expect(not (tester.folder / "never.html").exists(), "written all the same", done)


def colours_have_contrast(tester):
    """Checks the contrast of WCAG AA (4.5) for every text on every background, in both colour schemes."""
    style = (tester.root / "src/report/page_style.css").read_text(encoding="utf-8")
    light, dark = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", style, re.S)]
    pairs = [("ink", g) for g in ("page", "card", "code", "plain-back")] + [("soft", g) for g in ("page", "card", "plain-back")]
    pairs += [("accent", "page"), ("accent", "card")] + [(c, c + "-back") for c in ("good", "doubt", "bad")]
    pairs += [("good", "card")] + [(f"t{i}", "card") for i in range(6)]
    for name, colours in (("light", light), ("dark", dark)):
        for text, ground in pairs:
            ratio = contrast(colours[text], colours[ground])
            if ratio < 4.5:
                sys.exit(f"{name}: {text} on {ground} has contrast {ratio:.2f}, must be 4.5")


def a_browser_shows_it_at_every_width(tester):
    browser()
    tester.findings()
    tester.campaign()
    done = tester.run("report", "findings", "campaign", "-o", "report.html")
    expect(done.returncode == 0, "report", done)
    page = tester.folder / "report.html"
    text = page.read_text(encoding="utf-8")
    # The page itself runs no script. A copy of it does, in a frame as wide as a phone.
    measured = tester.folder / "measured.html"
    probe = """<script>
      const frame = document.createElement('iframe');
      frame.style = 'border:0;height:2000px;width:WIDTHpx';
      frame.srcdoc = CONTENT;
      frame.onload = () => {
        const inside = frame.contentDocument;
        for (const d of inside.querySelectorAll('details')) d.open = true;
        const wide = [...inside.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > WIDTH + 1
          && !e.closest('.wide, .text pre, .columns, .no-return, .skip')).map(e => e.tagName + '.' + e.className);
        document.body.setAttribute('data-width', inside.documentElement.scrollWidth);
        document.body.setAttribute('data-wide', JSON.stringify(wide.slice(0, 5)));
      };
      document.body.append(frame);</script>"""
    for width in (320, 360, 768, 1280):
        content = json.dumps(text).replace("</", "<\\/")
        measured.write_text("<!doctype html><body>" + probe.replace("WIDTH", str(width)).replace("CONTENT", content), encoding="utf-8")
        done = in_browser(tester, measured, 1400, 2000, False, "--dump-dom")
        seen = re.search(r'data-width="(\d+)"', done.stdout)
        expect(seen, f"{width}: the browser measured nothing", done)
        wide = re.search(r'data-wide="([^"]*)"', done.stdout).group(1)
        expect(int(seen.group(1)) <= width and wide == "[]", f"{width} px: is {seen.group(1)} px wide: {wide}", done)
    out = tester.screenshots or tester.folder
    out.mkdir(parents=True, exist_ok=True)
    phone = tester.folder / "phone.html"  # no window is as narrow as a phone
    phone.write_text(f'<!doctype html><body style="margin:0"><iframe style="border:0;width:360px;height:9000px" '
                     f'srcdoc="{html.escape(text)}"></iframe>', encoding="utf-8")
    sizes = set()
    for width, shown in ((360, phone), (1280, page)):
        for dark in (False, True):
            picture = out / f"report-{width}-{'dark' if dark else 'light'}.png"
            done = in_browser(tester, shown, max(width, 500), 9000 if width == 360 else 5200, dark, f"--screenshot={picture}")
            expect(picture.exists() and picture.stat().st_size > 20_000, "no picture", done)
            console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
            expect(not console, f"the console says {console}", done)
            sizes.add(picture.read_bytes())
    expect(len(sizes) == 4, "light and dark look the same", done)


if __name__ == "__main__":
    globals()[sys.argv[1]](Tester(*sys.argv[2:5]))
