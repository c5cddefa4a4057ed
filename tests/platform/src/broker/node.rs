//! A node of the test's own: one process tree, one directory, ended with the test.

use std::{
    env, fs,
    io::{self, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::Tls;

/// Where Debian keeps the scripts themselves: those in the path change to another user, and with it
/// lose the environment.
const DEBIAN: &str = "/usr/lib/rabbitmq/bin";
/// A node takes about 4 s on a machine that does nothing else.
const PATIENCE: Duration = Duration::from_secs(90);

/// Runs the node until it ends or standard input does, which it does with the process of the test
/// whatever that dies of; then nothing of it stays behind.
const GUARD: &str = r#"
exec 3<&0 0</dev/null
"$1" >"$2/out" 2>&1 3<&- &
node=$!
( read -r line <&3; kill -9 $node ) &
wait $node 2>/dev/null
[ $? -eq 137 ] || cat "$2/out" >&2
kill $! 2>/dev/null
rm -rf -- "$2"
"#;

/// What a node is started with.
#[derive(Clone, Debug, Default)]
pub struct NodeOptions {
    /// Lines of `rabbitmq.conf`, such as `consumer_timeout = 15000`.
    pub conf: String,
    /// Listens with TLS too, with this certificate.
    pub tls: Option<Tls>,
    /// Certificates as PEM: clients must show one that these have signed.
    pub client_ca: Option<String>,
}

pub(super) struct Node {
    guard: Child,
    directory: PathBuf,
    name: String,
    port: u16,
    tls_port: Option<u16>,
}

impl Node {
    /// None where `rabbitmq-server` is not installed.
    pub(super) fn start(options: &NodeOptions) -> Option<Self> {
        let server = script("rabbitmq-server")?;
        // A port may be taken between its choice and its use.
        let node = (0..3).find_map(|_| Self::try_start(&server, options));
        Some(node.expect("a RabbitMQ node that starts; its output is above"))
    }

    fn try_start(server: &Path, options: &NodeOptions) -> Option<Self> {
        let directory = env::temp_dir().join(format!("opencti-broker-{}", uuid::Uuid::new_v4()));
        let [port, dist_port, tls_port] = free_ports();
        let tls_port = options.tls.is_some().then_some(tls_port);
        write_files(&directory, port, tls_port, options).expect("files in the temporary directory");
        let name = format!("opencti-{port}@localhost");
        let mut command = Command::new("sh");
        command
            .args(["-c", GUARD, "sh"])
            .args([server, &directory])
            .envs(environment(&directory, &name))
            .env("RABBITMQ_DIST_PORT", dist_port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        // Ctrl-C in a terminal goes to a whole group; the guard has to outlive the test.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut node = Self {
            guard: command.spawn().expect("sh"),
            directory,
            name,
            port,
            tls_port,
        };
        let deadline = Instant::now() + PATIENCE;
        while !node.is_up() {
            let has_ended = node.guard.try_wait().expect("a child process").is_some();
            if has_ended || Instant::now() > deadline {
                return None;
            }
            thread::sleep(Duration::from_millis(100));
        }
        Some(node)
    }

    fn is_up(&self) -> bool {
        // Listeners are opened last of all.
        let ports = [Some(self.port), self.tls_port];
        let mut ports = ports.into_iter().flatten();
        ports.all(|port| TcpStream::connect(("127.0.0.1", port)).is_ok())
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn tls_port(&self) -> Option<u16> {
        self.tls_port
    }

    pub(super) fn ctl(&self, arguments: &[&str]) -> Result<String, String> {
        let script = script("rabbitmqctl").ok_or("rabbitmqctl is not installed")?;
        let mut command = Command::new(script);
        command
            .args(["-n", &self.name])
            .args(arguments)
            .envs(environment(&self.directory, &self.name));
        output(command)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// What `rabbitmqctl` of the path says of this machine's own node.
pub(super) fn default_ctl(arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("rabbitmqctl");
    command.args(arguments);
    output(command)
}

fn output(mut command: Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let streams = [output.stdout, output.stderr].concat();
        Err(String::from_utf8_lossy(&streams).into_owned())
    }
}

fn script(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [PathBuf::from(DEBIAN)]
        .into_iter()
        .chain(env::split_paths(&path));
    folders.map(|it| it.join(name)).find(|it| it.is_file())
}

fn free_ports() -> [u16; 3] {
    let listeners = [(); 3].map(|()| TcpListener::bind(("127.0.0.1", 0)).expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("a bound socket").port())
}

fn environment(directory: &Path, name: &str) -> Vec<(&'static str, String)> {
    let file = |name: &str| directory.join(name).display().to_string();
    vec![
        ("HOME", directory.display().to_string()),
        ("RABBITMQ_NODENAME", name.to_owned()),
        ("RABBITMQ_MNESIA_BASE", file("mnesia")),
        ("RABBITMQ_LOG_BASE", file("log")),
        ("RABBITMQ_CONFIG_FILE", file("rabbitmq.conf")),
        ("RABBITMQ_CONF_ENV_FILE", file("none")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", file("enabled_plugins")),
        ("RABBITMQ_PID_FILE", file("pid")),
        ("ERL_CRASH_DUMP", file("erl_crash.dump")),
        (
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            "-kernel inet_dist_use_interface {127,0,0,1}".to_owned(),
        ),
        // The script then becomes the node, which the guard can end.
        ("RUNNING_UNDER_SYSTEMD", "true".to_owned()),
    ]
}

fn write_files(
    directory: &Path,
    port: u16,
    tls_port: Option<u16>,
    options: &NodeOptions,
) -> io::Result<()> {
    fs::create_dir(directory)?;
    fs::write(directory.join("enabled_plugins"), "[].\n")?;
    write_secret(
        &directory.join(".erlang.cookie"),
        &uuid::Uuid::new_v4().to_string(),
    )?;
    let mut conf = format!("listeners.tcp.1 = 127.0.0.1:{port}\n{}\n", options.conf);
    if let (Some(tls), Some(tls_port)) = (&options.tls, tls_port) {
        let mut option = |name: &str, file: &str, content: &str| {
            let file = directory.join(file);
            conf.extend([&format!("ssl_options.{name} = {}\n", file.display())[..]]);
            write_secret(&file, content)
        };
        option("certfile", "certificate.pem", &tls.certificates)?;
        option("keyfile", "key.pem", &tls.key)?;
        let ca = options.client_ca.as_ref().unwrap_or(&tls.certificates);
        option("cacertfile", "ca.pem", ca)?;
        let verify = if options.client_ca.is_some() {
            "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\n"
        } else {
            "ssl_options.verify = verify_none\n"
        };
        conf.extend([&format!("listeners.ssl.1 = 127.0.0.1:{tls_port}\n{verify}")[..]]);
    }
    fs::write(directory.join("rabbitmq.conf"), conf)
}

/// Erlang takes a cookie only from a file that nobody else may read.
fn write_secret(path: &Path, content: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o400);
    options.open(path)?.write_all(content.as_bytes())
}
