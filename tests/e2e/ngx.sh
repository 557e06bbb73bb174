# SPDX-License-Identifier: GPL-3.0-or-later
# An nginx of the test's own, in its temporary directory, on a port of the loopback. Source after lib.sh.
NGINX=$(command -v nginx || ls /usr/sbin/nginx 2>/dev/null) || { echo "not ok 1 - no nginx here: packaging/deps test installs it"; exit 1; }
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY no_proxy NO_PROXY
CLEANUP='for f in "$TMP"/*.nginx; do [ -e "$f" ] && ngx_stop "$(basename "$f" .nginx)"; done 2>/dev/null'
# ngx_start NAME: serves $TMP/NAME/www (/, /big of 300 000 bytes), takes POST at /post. Its port is $NGXPORT, its master $NGXPID.
ngx_start() {
	dir=$TMP/$1
	mkdir -p "$dir/www"
	echo hello >"$dir/www/index.html"
	head -c 300000 /dev/zero >"$dir/www/big"
	for t in body proxy fastcgi uwsgi scgi; do temp="${temp:-}${t}_temp_path $dir/$t; "; done
	temp=$(echo "$temp" | sed 's/body_temp/client_body_temp/g')
	cat >"$dir/nginx.conf" <<-CONF
		daemon off; worker_processes 1; pid $dir/nginx.pid; error_log $dir/error.log;
		events { worker_connections 4096; }
		worker_rlimit_nofile 8192;
		http {
			access_log $dir/access.log; $temp
			keepalive_timeout 600; keepalive_requests 1000000;
			server { listen 127.0.0.1:PORT; root $dir/www; location /post { return 200 "thanks"; } }
		}
	CONF
	temp=
	[ "$(id -u)" -ne 0 ] || sed -i '1i user root;' "$dir/nginx.conf" # its directory is closed to others
	# A port that was free a moment ago may be another's now: it is taken here, and handed to nginx as an nginx hands it to its successor.
	python3 -c 'import os, socket, sys
conf, nginx = sys.argv[1] + "/nginx.conf", sys.argv[2]
s = socket.create_server(("127.0.0.1", 0), backlog=511)
s.setblocking(False)
os.set_inheritable(s.fileno(), True)
with open(conf) as f: text = f.read().replace("PORT", str(s.getsockname()[1]))
with open(conf, "w") as f: f.write(text)
os.environ["NGINX"] = "%d;" % s.fileno()
os.execv(nginx, [nginx, "-p", sys.argv[1], "-c", conf])' "$dir" "$NGINX" >"$dir/out" 2>&1 </dev/null &
	NGXPID=$!
	echo "$NGXPID" >"$TMP/$1.nginx"
	wait_for 20 ngx_answers "$dir" || { sed 's/^/# /' "$dir/out"; return 1; }
}
ngx_answers() { # DIRECTORY
	NGXPORT=$(sed -n 's/.*listen 127.0.0.1:\([0-9]*\);.*/\1/p' "$1/nginx.conf")
	[ -n "$NGXPORT" ] && python3 -c 'import sys, urllib.request as u
u.urlopen("http://127.0.0.1:%s/" % sys.argv[1], timeout=10)' "$NGXPORT"
}
ngx_stop() { # at once, its worker too; by its own number
	pid=$(cat "$TMP/$1.nginx")
	rm -f "$TMP/$1.nginx"
	kill -TERM "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}
