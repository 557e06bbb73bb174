# SPDX-License-Identifier: GPL-3.0-or-later
# systemd's side of NOTIFY_SOCKET: receives for a command and prints what came, a line each: "SECONDS TEXT", newlines in a message
# as blanks. Ends with the command, with its status.   notify.py LOG WATCHDOG_USEC COMMAND...
import os, select, socket, subprocess, sys, tempfile, time

log, watchdog, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
folder = tempfile.mkdtemp()
path = folder + "/notify"
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(path)


def child():
    if watchdog:
        os.environ["WATCHDOG_USEC"] = str(watchdog)
        os.environ["WATCHDOG_PID"] = str(os.getpid())


os.environ["NOTIFY_SOCKET"] = path
p = subprocess.Popen(command, preexec_fn=child, stdin=subprocess.DEVNULL)
began = time.monotonic()
with open(log, "w") as f:
    print(p.pid, file=f, flush=True)
    ended = False
    while True:
        ready = select.select([s], [], [], 0 if ended else 0.05)[0]
        if ready:
            text = s.recv(65536).decode().replace("\n", " ")
            print(f"{time.monotonic() - began:.3f} {text}", file=f, flush=True)
        elif ended:
            break
        else:
            ended = p.poll() is not None
os.unlink(path)
os.rmdir(folder)
sys.exit(p.returncode)
