#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a headless Chromium over its debugging pipe (two descriptors, JSON ended by NUL: no library, no port), for html.sh.

    browser.py CHROMIUM PROFILE_DIR COMMAND...     each command is one argument, done in order; a line of output each where it says so
      open URL               loads the page; afterwards "requests" and "errors" count from here
      size WIDTH HEIGHT      the window, in pixels
      scheme light|dark      what prefers-color-scheme says
      media print|screen     what the page is shown on
      scripts off            no JavaScript from the next open on
      key NAME               a key is pressed and released, as by a person: ArrowRight, +, Escape, Tab
      drag X0 X1 Y           the mouse is drawn from X0 to X1
      doubleclick X Y
      move X Y               the mouse is moved
      pinch X0 X1 Y TO0 TO1  two fingers come down at X0 and X1 and go to TO0 and TO1
      swipe X0 X1 Y          one finger goes from X0 to X1
      pdf FILE               the page on paper
      until EXPRESSION       waits until it is true in the page; whoever started this bounds it
      say EXPRESSION         prints its value in the page as JSON
      requests               prints the addresses that were asked for, without that of the page and data: ones, as JSON
      errors                 prints what the console and exceptions said, as JSON
      shot FILE              a PNG of the whole page
"""
import base64
import json
import os
import select
import subprocess
import sys

FLAGS = ["--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--force-color-profile=srgb"]
KEYS = {"+": ("Equal", 187), "-": ("Minus", 189), "ArrowLeft": ("ArrowLeft", 37), "ArrowRight": ("ArrowRight", 39), "Home": ("Home", 36),
        "End": ("End", 35), "Escape": ("Escape", 27), "Tab": ("Tab", 9), "PageUp": ("PageUp", 33), "PageDown": ("PageDown", 34), "Enter": ("Enter", 13)}


class Browser:
    def __init__(self, program, profile):
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        args = [program, "--user-data-dir=" + profile] + FLAGS + (["--no-sandbox"] if os.getuid() == 0 else []) + ["about:blank"]

        def place():  # the browser reads descriptor 3 and writes 4
            a, b = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.child = subprocess.Popen(args, preexec_fn=place, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL, env=dict(os.environ, TMPDIR=profile))  # it leaves folders behind
        os.close(theirs_in)
        os.close(theirs_out)
        self.read, self.write = os.fdopen(ours_in, "rb", 0), os.fdopen(ours_out, "wb", 0)
        self.rest, self.number, self.events, self.session = b"", 0, [], None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(domain + ".enable")
        self.ask("Page.setLifecycleEventsEnabled", enabled=True)

    def message(self):
        while b"\0" not in self.rest:
            more = self.read.read(65536)
            if not more:
                sys.exit("browser.py: the browser has gone")
            self.rest += more
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def ask(self, method, **params):
        self.number += 1
        m = {"id": self.number, "method": method, "params": params}
        if self.session:
            m["sessionId"] = self.session
        self.write.write(json.dumps(m).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit("browser.py: %s: %s" % (method, answer["error"]["message"]))
                return answer["result"]
            self.events.append(answer)

    def close(self):
        """It ends its own children; killed, it would leave them to find that out, some time."""
        self.write.write(json.dumps({"id": self.number + 1, "method": "Browser.close"}).encode() + b"\0")
        while select.select([self.read], [], [], 20)[0] and self.read.read(65536):
            pass  # to the end of what it says: whether it answers before it goes is its own matter

    def value(self, expression):
        r = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in r:
            sys.exit("browser.py: %s: %s" % (expression, r["exceptionDetails"].get("exception", {}).get("description")))
        return r["result"].get("value")

    def settle(self):
        """Until what was asked for is drawn (two frames), and the page's timers that were set before have fired: the spoken text waits."""
        self.value("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(r, 200))))")

    def open(self, url):
        self.events.clear()
        self.url = url
        loader = self.ask("Page.navigate", url=url).get("loaderId")
        # of this page: that the empty one before it was loaded may be told only now
        while not any(e.get("method") == "Page.lifecycleEvent" and e["params"]["name"] == "load" and e["params"]["loaderId"] == loader
                      for e in self.events):
            self.events.append(self.message())

    def requests(self):
        asked = [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        return [u for u in asked if u != self.url and not u.startswith("data:")]

    def errors(self):
        said = []
        for e in self.events:
            p = e.get("params", {})
            if e.get("method") == "Log.entryAdded" and p["entry"]["level"] in ("error", "warning"):
                said.append(p["entry"]["text"])
            elif e.get("method") == "Runtime.exceptionThrown":
                said.append(p["exceptionDetails"].get("exception", {}).get("description") or p["exceptionDetails"]["text"])
            elif e.get("method") == "Runtime.consoleAPICalled" and p["type"] in ("error", "warning", "assert"):
                said.append(str(p["args"]))
        return said

    def key(self, name):
        code, number = KEYS[name]
        text = {"text": name} if len(name) == 1 else {"text": "\r"} if name == "Enter" else {}
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=name, code=code, windowsVirtualKeyCode=number, **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=name, code=code, windowsVirtualKeyCode=number)

    def mouse(self, kind, x, y, **more):
        self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def drag(self, x0, x1, y):
        self.mouse("mouseMoved", x0, y)
        self.mouse("mousePressed", x0, y, button="left", buttons=1, clickCount=1)
        for i in range(1, 6):
            self.mouse("mouseMoved", x0 + (x1 - x0) * i / 5, y, button="left", buttons=1)
        self.mouse("mouseReleased", x1, y, button="left", clickCount=1)

    def doubleclick(self, x, y):
        for n in (1, 2):
            self.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=n)
            self.mouse("mouseReleased", x, y, button="left", clickCount=n)

    def touch(self, tracks, y):
        """tracks: a pair of begin and end for each finger."""
        self.ask("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=2)
        for i in range(9):
            points = [dict(x=a + (b - a) * i / 8, y=y, id=k) for k, (a, b) in enumerate(tracks)]
            self.ask("Input.dispatchTouchEvent", type="touchMove" if i else "touchStart", touchPoints=points)
        self.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        self.ask("Emulation.setTouchEmulationEnabled", enabled=False)

    def pdf(self, path):
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.ask("Page.printToPDF", printBackground=False)["data"]))

    def shot(self, path):
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        png = self.ask("Page.captureScreenshot", captureBeyondViewport=True, clip=dict(x=0, y=0, scale=1, **{
            k: size[k] for k in ("width", "height")}))
        with open(path, "wb") as f:
            f.write(base64.b64decode(png["data"]))

    def do(self, command):
        verb, _, rest = command.partition(" ")
        words = rest.split()
        if verb == "open":
            self.open(rest)
        elif verb == "size":
            self.ask("Emulation.setDeviceMetricsOverride", width=int(words[0]), height=int(words[1]), deviceScaleFactor=1,
                     mobile=int(words[0]) < 600)
        elif verb == "scheme":
            self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": rest}])
        elif verb == "media":
            self.ask("Emulation.setEmulatedMedia", media=rest)
        elif verb == "scripts":
            self.ask("Emulation.setScriptExecutionDisabled", value=rest == "off")
        elif verb == "key":
            self.key(rest)
        elif verb == "drag":
            self.drag(*map(float, words))
        elif verb == "doubleclick":
            self.doubleclick(*map(float, words))
        elif verb == "move":
            self.mouse("mouseMoved", *map(float, words))
        elif verb == "pinch":
            x0, x1, y, to0, to1 = map(float, words)
            self.touch([(x0, to0), (x1, to1)], y)
        elif verb == "swipe":
            x0, x1, y = map(float, words)
            self.touch([(x0, x1)], y)
        elif verb == "pdf":
            self.pdf(rest)
        elif verb == "until":
            while not self.value("Boolean(%s)" % rest):
                self.settle()
        elif verb == "say":
            self.settle()
            print(json.dumps(self.value(rest), ensure_ascii=False))
        elif verb == "requests":
            print(json.dumps(self.requests()))
        elif verb == "errors":
            print(json.dumps(self.errors()))
        elif verb == "shot":
            self.shot(rest)
        else:
            sys.exit("browser.py: no command %r" % command)


def main():
    browser = Browser(sys.argv[1], sys.argv[2])
    try:
        for command in sys.argv[3:]:
            browser.do(command)
        browser.close()
    finally:
        browser.child.kill()
        browser.child.wait()


main()
