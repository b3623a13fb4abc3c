using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Desk.Notification.Sending;

/// <summary>The relay said or did what SMTP does not allow.</summary>
internal sealed class SmtpException(string message) : Exception(message);

/// <summary>One connection to a relay (RFC 5321, STARTTLS by RFC 3207, AUTH by RFC 4954). Our mails are ASCII, so no extension for eight bits is asked for.</summary>
internal sealed class SmtpConversation : IAsyncDisposable
{
    private const int LongestReply = 16 * 1024;

    private readonly TcpClient _client;
    private Stream _stream;
    private readonly byte[] _buffer = new byte[4096];
    private int _start, _end;
    private HashSet<string> _offers = [];

    private SmtpConversation(TcpClient client) => (_client, _stream) = (client, client.GetStream());

    /// <summary>False after a reply that leaves it unclear where the conversation stands.</summary>
    public bool IsUsable { get; private set; } = true;

    public static async Task<SmtpConversation> OpenAsync(RelayAddress relay, CancellationToken cancellation)
    {
        var client = new TcpClient { NoDelay = true };
        SmtpConversation? conversation = null;
        try
        {
            await client.ConnectAsync(relay.Host, relay.Port, cancellation);
            conversation = new SmtpConversation(client);
            if (relay.TlsFromStart)
                await conversation.ProtectAsync(relay, cancellation);
            Require(await conversation.ReplyAsync(cancellation), 220);
            await conversation.GreetAsync(cancellation);
            var isProtected = relay.TlsFromStart;
            if (!isProtected && relay.Tls != RelayTls.None && conversation._offers.Contains("STARTTLS"))
            {
                Require(await conversation.SayAsync("STARTTLS", cancellation), 220);
                await conversation.ProtectAsync(relay, cancellation);
                // What was said before TLS may have been anybody's: ask anew.
                await conversation.GreetAsync(cancellation);
                isProtected = true;
            }
            if (relay.Tls == RelayTls.Verify && !isProtected && !relay.IsLocal)
                throw new SmtpException("it offers no TLS; say ?tls=none if that is meant.");
            if (relay.User is { } user)
            {
                if (!isProtected && !relay.IsLocal)
                    throw new SmtpException("a password is set, but the connection is not protected.");
                await conversation.ProveAsync(user, relay.Password ?? "", cancellation);
            }
            return conversation;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async Task<bool> IsAliveAsync(CancellationToken cancellation)
    {
        try
        {
            return (await SayAsync("NOOP", cancellation)).Code == 250;
        }
        catch (Exception failure) when (failure is IOException or SmtpException)
        {
            return false;
        }
    }

    /// <summary>4xx is not now, 5xx is not ever (RFC 5321, 4.2.1). The mail goes if its receiver is taken, whoever copied is not.</summary>
    public async Task<Handover> SendAsync(Mail mail, CancellationToken cancellation)
    {
        var size = _offers.Contains("SIZE") ? string.Create(CultureInfo.InvariantCulture, $" SIZE={mail.Content.Length}") : "";
        var from = await SayAsync($"MAIL FROM:<{mail.Sender}>{size}", cancellation);
        if (from.Code != 250)
            return await GiveUpAsync(from, "the sender", cancellation);
        var to = await SayAsync($"RCPT TO:<{mail.Recipient}>", cancellation);
        if (to.Code is not (250 or 251))
            return await GiveUpAsync(to, mail.Recipient, cancellation);
        var notTaken = new List<string>();
        foreach (var cc in mail.Cc)
        {
            if (await SayAsync($"RCPT TO:<{cc}>", cancellation) is { Code: not (250 or 251) } refused)
                notTaken.Add($"{cc} ({refused})");
        }

        var data = await SayAsync("DATA", cancellation);
        if (data.Code != 354)
            return await GiveUpAsync(data, "the mail", cancellation);
        await _stream.WriteAsync(Stuffed(mail.Content), cancellation);
        var taken = await ReplyAsync(cancellation);
        return taken.Code == 250
            ? Handover.Taken(notTaken.Count > 0 ? "Not taken for " + string.Join(", ", notTaken) : null)
            : await GiveUpAsync(taken, "the mail", cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await _stream.WriteAsync("QUIT\r\n"u8.ToArray(), soon.Token);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It has hung up already.
        }
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    /// <summary>A line that begins with a dot gets another (RFC 5321, 4.5.2), and a line with one alone ends it.</summary>
    internal static byte[] Stuffed(byte[] content)
    {
        var stuffed = new List<byte>(content.Length + 64);
        var lineStart = true;
        foreach (var octet in content)
        {
            if (lineStart && octet == '.')
                stuffed.Add((byte)'.');
            stuffed.Add(octet);
            lineStart = octet == '\n';
        }
        if (!lineStart)
            stuffed.AddRange("\r\n"u8);
        stuffed.AddRange(".\r\n"u8);
        return [.. stuffed];
    }

    private async Task GreetAsync(CancellationToken cancellation)
    {
        var reply = await SayAsync($"EHLO {Name()}", cancellation);
        if (reply.Code != 250)
        {
            reply = await SayAsync($"HELO {Name()}", cancellation);
            Require(reply, 250);
        }
        _offers = [.. reply.Lines.Skip(1).Select(line => line.Split(' ')[0].ToUpperInvariant())];
        if (reply.Lines.FirstOrDefault(line => line.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase)) is { } auth)
            _offers.UnionWith(auth.ToUpperInvariant().Split(' ', '=').Skip(1).Select(mechanism => "AUTH " + mechanism));
    }

    private static string Name()
    {
        var name = System.Net.Dns.GetHostName();
        return name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '.') ? name : "localhost";
    }

    private async Task ProtectAsync(RelayAddress relay, CancellationToken cancellation)
    {
        // Anything that came unprotected before the handshake was slipped in.
        if (_end > _start)
            throw new SmtpException("it spoke before TLS began.");
        var tls = new SslStream(_stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = relay.Host,
            RemoteCertificateValidationCallback = relay.Tls == RelayTls.Any ? (_, _, _, _) => true : null,
        }, cancellation);
        _stream = tls;
    }

    private async Task ProveAsync(string user, string password, CancellationToken cancellation)
    {
        Reply reply;
        if (_offers.Contains("AUTH PLAIN"))
        {
            reply = await SayAsync("AUTH PLAIN " + Base64($"\0{user}\0{password}"), cancellation);
        }
        else if (_offers.Contains("AUTH LOGIN"))
        {
            Require(await SayAsync("AUTH LOGIN", cancellation), 334);
            Require(await SayAsync(Base64(user), cancellation), 334);
            reply = await SayAsync(Base64(password), cancellation);
        }
        else
        {
            throw new SmtpException("a password is set, but it offers neither AUTH PLAIN nor AUTH LOGIN.");
        }
        Require(reply, 235);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<Handover> GiveUpAsync(Reply reply, string what, CancellationToken cancellation)
    {
        IsUsable = reply.Code != 421 && (await SayAsync("RSET", cancellation)).Code == 250;
        var reason = $"The relay did not take {what}: {reply}";
        // 421 closes, 4xx waits; 530 and 535 are about us, not about the mail.
        return reply.Code is >= 500 and < 600 and not (530 or 534 or 535 or 538) ? Handover.NotEver(reason) : Handover.NotNow(reason);
    }

    private static void Require(Reply reply, int code)
    {
        if (reply.Code != code)
            throw new SmtpException($"it said {reply}");
    }

    private async Task<Reply> SayAsync(string command, CancellationToken cancellation)
    {
        if (command.AsSpan().ContainsAny('\r', '\n'))
            throw new SmtpException("a command may not hold a line break.");
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellation);
        return await ReplyAsync(cancellation);
    }

    private async Task<Reply> ReplyAsync(CancellationToken cancellation)
    {
        var lines = new List<string>();
        var length = 0;
        while (true)
        {
            var line = await LineAsync(cancellation);
            length += line.Length;
            if (line.Length < 3 || length > LongestReply || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                throw new SmtpException("its reply can't be read.");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
                return new Reply(code, lines);
        }
    }

    private async Task<string> LineAsync(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        while (true)
        {
            while (_start < _end)
            {
                var sign = (char)_buffer[_start++];
                if (sign == '\n')
                    return line.ToString().TrimEnd('\r');
                if (line.Length > LongestReply)
                    throw new SmtpException("its reply has no end.");
                line.Append(char.IsAscii(sign) ? sign : '?');
            }
            _start = 0;
            _end = await _stream.ReadAsync(_buffer, cancellation);
            if (_end == 0)
                throw new IOException("it hung up.");
        }
    }

    private sealed record Reply(int Code, List<string> Lines)
    {
        public override string ToString() => $"{Code} {string.Join(' ', Lines)}".Trim() is { Length: > 300 } text ? text[..300] : $"{Code} {string.Join(' ', Lines)}".Trim();
    }
}
