using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Desk.AppHost.Native;
using Desk.Testing;

namespace Desk.SystemTests.Post;

/// <summary>A mail server of Debian's as a child of the tests, in a folder of its own on free ports: started, killed with -9, and started again on what it had.</summary>
internal abstract class MailServer(string folder) : IAsyncDisposable
{
    private ChildProcess? _process;

    protected string Folder { get; } = Directory.CreateDirectory(folder).FullName;

    protected abstract int Port { get; }

    protected abstract string Greeting { get; }

    public async Task StartAsync()
    {
        var tries = 0;
        await PrepareAsync();
        _process = Launch();
        await Wait.Until(async () =>
        {
            if (_process.HasExited)
            {
                // What a killed one leaves (a port not yet free) goes away by itself.
                if (++tries > 50)
                    throw new InvalidOperationException($"{GetType().Name} ends at once:\n{_process.Tail}\n{string.Join('\n', Log().TakeLast(40))}");
                await PrepareAsync();
                _process = Launch();
            }
            return await AnswersAsync();
        }, $"{GetType().Name} answers", TimeSpan.FromSeconds(30));
    }

    /// <summary>kill -9, of all its processes at once: what a power cut does.</summary>
    public async Task KillAsync()
    {
        _process?.Signal(ChildProcess.Terminate);
        if (_process is not null)
            await _process.Exited;
        await Wait.Until(async () => !await AnswersAsync(), $"{GetType().Name} is gone");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.StopAsync(ChildProcess.Terminate, TimeSpan.FromSeconds(10));
    }

    protected abstract Task PrepareAsync();

    protected abstract IReadOnlyList<string> Command { get; }

    protected static async Task GiveAsync(string account, string path)
    {
        using var chown = Process.Start("chown", ["-R", $"{account}:{account}", path]);
        await chown.WaitForExitAsync();
    }

    /// <summary>All it wrote that names this.</summary>
    public IEnumerable<string> LogOf(string word) => Log().Where(line => line.Contains(word, StringComparison.Ordinal));

    private IEnumerable<string> Log() => Path.Combine(Folder, "log") is var file && File.Exists(file) ? File.ReadLines(file) : [];

    // The servers change their accounts, which takes from them the signal that they get when we die. A shell does not: it keeps watch, and kills the
    // whole group when it is told to, or when we are gone.
    private ChildProcess Launch() => ChildProcess.Start(new ChildProcessStart("/bin/sh", ["-c", "\"$@\" & trap 'kill -9 0' TERM; wait $!", "sh", .. Command])
    {
        DeathSignal = "TERM",
    });

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var time = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, time.Token);
            var said = new byte[64];
            var read = await client.GetStream().ReadAsync(said, time.Token);
            return Encoding.ASCII.GetString(said, 0, read).StartsWith(Greeting, StringComparison.Ordinal);
        }
        catch (Exception away) when (away is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>Postfix: takes mail by SMTP, and hands it by LMTP to whoever has the domain. Tries again every second or two.</summary>
internal sealed class Postfix(string folder, IReadOnlyDictionary<string, int> domains) : MailServer(folder)
{
    private const string Program = "/usr/lib/postfix/sbin/master";

    public static bool IsInstalled => File.Exists(Program);

    public int SmtpPort { get; } = Ports.Free();

    protected override int Port => SmtpPort;

    protected override string Greeting => "220 ";

    /// <summary>Whether it has handed mail under TLS to whoever listens there.</summary>
    public bool SpokeTlsTo(int port) => LogOf($"TLS connection established to 127.0.0.1[127.0.0.1]:{port}").Any();

    protected override async Task PrepareAsync()
    {
        var etc = Path.Combine(Folder, "etc");
        if (Directory.Exists(etc))
            return;
        Directory.CreateDirectory(etc);
        Directory.CreateDirectory(Path.Combine(Folder, "queue"));
        await GiveAsync("postfix", Directory.CreateDirectory(Path.Combine(Folder, "data")).FullName);
        await File.WriteAllTextAsync(Path.Combine(etc, "main.cf"), $$"""
            compatibility_level = 3.6
            queue_directory = {{Folder}}/queue
            data_directory = {{Folder}}/data
            maillog_file = {{Folder}}/log
            maillog_file_prefixes = {{Folder}}
            syslog_name = desk
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            myhostname = mx.example
            mydestination =
            local_recipient_maps =
            local_transport = error:none
            alias_maps =
            alias_database =
            mynetworks = 127.0.0.0/8
            relay_domains = {{string.Join(", ", domains.Keys)}}
            transport_maps = inline:{ {{string.Join(", ", domains.Select(domain => $"{{ {domain.Key} = lmtp:inet:127.0.0.1:{domain.Value} }}"))}} }
            default_transport = error:nobody there
            lmtp_tls_security_level = may
            lmtp_tls_loglevel = 1
            recipient_delimiter = +
            disable_dns_lookups = yes
            queue_run_delay = 1s
            minimal_backoff_time = 1s
            maximal_backoff_time = 2s
            transport_retry_time = 1s
            service_throttle_time = 1s

            """);
        var services = new StringBuilder($"127.0.0.1:{SmtpPort} inet n - n - - smtpd\npickup unix n - n 60 1 pickup\nqmgr unix n - n 1 1 qmgr\ncleanup unix n - n - 0 cleanup\npostlog unix-dgram n - n - 1 postlogd\n");
        foreach (var (name, most, program) in new[]
        {
            ("tlsmgr", "1", "tlsmgr"), ("rewrite", "-", "trivial-rewrite"), ("bounce", "0", "bounce"), ("defer", "0", "bounce"), ("trace", "0", "bounce"), ("verify", "1", "verify"),
            ("proxymap", "-", "proxymap"), ("smtp", "-", "smtp"), ("relay", "-", "smtp"), ("showq", "-", "showq"), ("error", "-", "error"), ("retry", "-", "error"),
            ("discard", "-", "discard"), ("lmtp", "-", "lmtp"), ("anvil", "1", "anvil"), ("scache", "1", "scache"),
        })
        {
            services.Append($"{name} unix - - n - {most} {program}\n");
        }
        await File.WriteAllTextAsync(Path.Combine(etc, "master.cf"), services.ToString());
        // Makes the folders of the queue.
        await ChildProcess.RunAsync(new ChildProcessStart("postfix", ["-c", etc, "check"]));
    }

    // The master itself, not the script around it.
    protected override IReadOnlyList<string> Command => [Program, "-c", Path.Combine(Folder, "etc"), "-d"];
}

/// <summary>Dovecot: takes mail by LMTP for whatever name, and shows each name its mailbox by IMAP, under STARTTLS with a certificate of its own.</summary>
internal sealed class Dovecot(string folder) : MailServer(folder)
{
    public const string Password = "for-tests-only";

    private const string Program = "/usr/sbin/dovecot";

    public static bool IsInstalled => File.Exists(Program) && Directory.EnumerateFiles("/usr/lib/dovecot", "imap").Any() && File.Exists("/usr/lib/dovecot/lmtp");

    public int ImapPort { get; } = Ports.Free();

    public int LmtpPort { get; } = Ports.Free();

    public string Certificate => Path.Combine(Folder, "certificate.pem");

    protected override int Port => ImapPort;

    protected override string Greeting => "* OK";

    protected override async Task PrepareAsync()
    {
        var run = Path.Combine(Folder, "run");
        if (Directory.Exists(run))
        {
            // A killed one leaves its number, and another process may bear it by now.
            File.Delete(Path.Combine(run, "master.pid"));
            return;
        }
        Directory.CreateDirectory(run);
        await GiveAsync("dovecot", Directory.CreateDirectory(Path.Combine(Folder, "mail")).FullName);
        SelfSigned.Write(Certificate, Path.Combine(Folder, "certificate.key"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "dovecot.conf"), $$"""
            base_dir = {{run}}
            state_dir = {{run}}
            log_path = {{Folder}}/log
            protocols = imap lmtp
            listen = 127.0.0.1
            ssl = required
            ssl_cert = <{{Certificate}}
            ssl_key = <{{Folder}}/certificate.key
            mail_location = maildir:{{Folder}}/mail/%n
            first_valid_uid = 1
            first_valid_gid = 1
            auth_username_format = %Ln
            passdb {
              driver = static
              args = password={{Password}}
            }
            userdb {
              driver = static
              args = uid=dovecot gid=dovecot home={{Folder}}/mail/%n allow_all_users=yes
            }
            service imap-login {
              inet_listener imap {
                port = {{ImapPort}}
              }
              inet_listener imaps {
                port = 0
              }
            }
            service lmtp {
              inet_listener lmtp {
                address = 127.0.0.1
                port = {{LmtpPort}}
              }
            }

            """);
    }

    protected override IReadOnlyList<string> Command => [Program, "-F", "-c", Path.Combine(Folder, "dovecot.conf")];
}

/// <summary>A certificate for localhost that nobody else vouches for.</summary>
internal static class SelfSigned
{
    public static void Write(string certificateFile, string keyFile)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }
}

/// <summary>A fact with real mail servers. Skipped, with the reason, where they cannot run.</summary>
public sealed class FactWithMailServersAttribute : FactAttribute
{
    public FactWithMailServersAttribute()
    {
        if (!ChildProcess.RunsAsRoot)
            Skip = "Postfix can only be started by root.";
        else if (!Postfix.IsInstalled || !Dovecot.IsInstalled)
            Skip = "Postfix or Dovecot is not installed; ./desk test system installs both (postfix, dovecot-imapd, dovecot-lmtpd).";
    }
}
