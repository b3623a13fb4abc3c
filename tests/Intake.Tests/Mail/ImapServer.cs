using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Desk.Intake.Tests.Mail;

/// <summary>An IMAP server with one account, in memory. It does as told, or oddly where a test wants it to.</summary>
internal sealed class ImapServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<int, TcpClient> _clients = new();
    private readonly Task _serving;
    private uint _lastUid;
    private int _connections;

    public ImapServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public sealed record Message(Func<byte[]> Content, string Arrived)
    {
        public ConcurrentDictionary<string, bool> Flags { get; } = new();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentDictionary<uint, Message> Inbox { get; private set; } = new();

    public ConcurrentDictionary<string, ConcurrentQueue<Message>> Folders { get; } = new();

    public uint UidValidity { get; set; } = 1;

    public string Offers { get; set; } = "IDLE MOVE UIDPLUS SASL-IR AUTH=PLAIN";

    public string Greeting { get; set; } = "* OK ready";

    public X509Certificate2? Certificate { get; set; }

    /// <summary>Whether what AUTHENTICATE or LOGIN says is right.</summary>
    public Func<string, bool> LetsIn { get; set; } = _ => true;

    /// <summary>Given a command without its tag: what to send instead of obeying, as it stands; null to obey; empty to hang up.</summary>
    public Func<string, string?> Odd { get; set; } = _ => null;

    public ConcurrentQueue<string> Said { get; } = new();

    public int Connections => _connections;

    public uint Add(byte[] mail, string arrived = "22-Nov-2026 14:00:00 +0000") => Add(() => mail, arrived);

    public uint Add(Func<byte[]> mail, string arrived = "22-Nov-2026 14:00:00 +0000")
    {
        var uid = Interlocked.Increment(ref _lastUid);
        Inbox[uid] = new Message(mail, arrived);
        return uid;
    }

    /// <summary>As a server does that was restored from a copy.</summary>
    public void Renumber()
    {
        var mails = Inbox.OrderBy(mail => mail.Key).Select(mail => mail.Value).ToList();
        UidValidity++;
        _lastUid = 100;
        Inbox = new();
        foreach (var mail in mails)
            Inbox[++_lastUid] = mail;
        HangUp();
    }

    public void HangUp()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    public static X509Certificate2 SelfSigned(string name = "localhost")
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        HangUp();
        await _serving;
        _ending.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_ending.Token);
                _ = TalkAsync(Interlocked.Increment(ref _connections), client);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(int id, TcpClient client)
    {
        _clients[id] = client;
        try
        {
            Stream stream = client.GetStream();
            await WriteAsync(stream, Greeting + "\r\n");
            while (await LineAsync(stream) is { } line)
            {
                var (tag, command) = line.Split(' ', 2) is [var first, var rest] ? (first, rest) : (line, "");
                Said.Enqueue(command);
                if (Odd(command) is { } odd)
                {
                    if (odd.Length == 0)
                        return;
                    await WriteAsync(stream, odd.Replace("TAG", tag, StringComparison.Ordinal));
                    continue;
                }
                if (command == "STARTTLS")
                {
                    await WriteAsync(stream, $"{tag} OK begin\r\n");
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(Certificate!);
                    stream = tls;
                    continue;
                }
                await ObeyAsync(stream, tag, command);
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client went.
        }
        finally
        {
            _clients.TryRemove(id, out _);
            client.Dispose();
        }
    }

    private async Task ObeyAsync(Stream stream, string tag, string command)
    {
        var words = command.Split(' ');
        switch (words[0], words.ElementAtOrDefault(1))
        {
            case ("CAPABILITY", _):
                await WriteAsync(stream, $"* CAPABILITY IMAP4rev1 {Offers}\r\n");
                break;
            case ("LOGIN", _):
                await AnswerAsync(LetsIn(command));
                return;
            case ("AUTHENTICATE", _):
                if (words.Length == 2)
                    await WriteAsync(stream, "+ \r\n");
                var proof = words.Length > 2 ? words[2] : await LineAsync(stream) ?? "";
                if (LetsIn(Encoding.UTF8.GetString(Convert.FromBase64String(proof))))
                    break;
                if (words[1] is "XOAUTH2" or "OAUTHBEARER")
                {
                    await WriteAsync(stream, "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n");
                    Said.Enqueue("after no: " + await LineAsync(stream));
                }
                await AnswerAsync(false);
                return;
            case ("SELECT", _):
                await WriteAsync(stream, $"* FLAGS (\\Seen \\Deleted)\r\n* {Inbox.Count} EXISTS\r\n* OK [UIDVALIDITY {UidValidity}] valid\r\n* OK [UIDNEXT {_lastUid + 1}] next {{5}}\r\n");
                break;
            case ("IDLE", _):
                var known = Inbox.Count;
                await WriteAsync(stream, "+ idling\r\n");
                var done = LineAsync(stream);
                while (await Task.WhenAny(done, Task.Delay(20)) != done)
                {
                    if (Inbox.Count > known)
                        await WriteAsync(stream, $"* {known = Inbox.Count} EXISTS\r\n");
                }
                break;
            case ("CREATE", _):
                Folders[words[1]] = new();
                break;
            case ("UID", "SEARCH"):
                var range = words[3].Split(':').Select(uint.Parse).ToArray();
                await WriteAsync(stream, "* SEARCH " + string.Join(' ', Inbox.Keys.Where(uid => uid >= range[0] && uid <= range[1]).Order()) + "\r\n");
                break;
            case ("UID", "FETCH"):
                foreach (var uid in Uids(words[2]))
                {
                    var mail = Inbox[uid];
                    if (command.Contains("BODY", StringComparison.Ordinal))
                    {
                        var partial = words[^1].IndexOf("<0.", StringComparison.Ordinal);
                        var content = mail.Content();
                        if (partial >= 0)
                            content = content[..Math.Min(content.Length, int.Parse(words[^1][(partial + 3)..].TrimEnd(')', '>'), CultureInfo.InvariantCulture))];
                        await WriteAsync(stream, $"* {uid} FETCH (UID {uid} BODY[]{(partial >= 0 ? "<0>" : "")} {{{content.Length}}}\r\n");
                        await stream.WriteAsync(content);
                        await WriteAsync(stream, " FLAGS (\\Recent))\r\n");
                    }
                    else
                    {
                        await WriteAsync(stream, command.Contains("SIZE", StringComparison.Ordinal)
                            ? $"* {uid} FETCH (UID {uid} RFC822.SIZE {mail.Content().Length} INTERNALDATE \"{mail.Arrived}\")\r\n" : $"* {uid} FETCH (UID {uid})\r\n");
                    }
                }
                break;
            case ("UID", "STORE"):
                foreach (var uid in Uids(words[2]))
                {
                    foreach (var flag in command[(command.IndexOf('(', StringComparison.Ordinal) + 1)..].TrimEnd(')').Split(' '))
                        Inbox[uid].Flags[flag] = true;
                }
                break;
            case ("UID", "EXPUNGE"):
                foreach (var uid in Uids(words[2]).Where(uid => Inbox[uid].Flags.ContainsKey("\\Deleted")))
                    Inbox.TryRemove(uid, out _);
                break;
            case ("UID", "MOVE" or "COPY"):
                if (!Folders.TryGetValue(words[3], out var folder))
                {
                    await WriteAsync(stream, $"{tag} NO [TRYCREATE] no such folder\r\n");
                    return;
                }
                foreach (var uid in Uids(words[2]))
                {
                    folder.Enqueue(Inbox[uid]);
                    if (words[1] == "MOVE")
                        Inbox.TryRemove(uid, out _);
                }
                break;
            case ("NOOP", _):
                await WriteAsync(stream, $"* {Inbox.Count} EXISTS\r\n");
                break;
            default:
                await WriteAsync(stream, $"{tag} BAD what?\r\n");
                return;
        }
        await AnswerAsync(true);

        Task AnswerAsync(bool yes) => WriteAsync(stream, yes ? $"{tag} OK done\r\n" : $"{tag} NO [AUTHENTICATIONFAILED] no\r\n");
    }

    private List<uint> Uids(string set) => set == "*"
        ? Inbox.IsEmpty ? [] : [Inbox.Keys.Max()]
        : [.. set.Split(',').Select(uint.Parse).Where(Inbox.ContainsKey)];

    private static Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    private static async Task<string?> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) > 0)
        {
            if (one[0] == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }
        return null;
    }
}
