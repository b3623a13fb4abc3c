using System.Buffers;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Desk.Intake.Mail.Imap;

/// <summary>
/// One connection to an IMAP server (RFC 3501): commands, responses, TLS, and how to prove who we are. It believes nothing: lines, literals, depth
/// and waiting have limits, and what exceeds them ends the connection.
/// </summary>
internal sealed class ImapConnection : IAsyncDisposable
{
    /// <summary>Without literals. The longest we ask for is a SEARCH over 65,536 uids.</summary>
    private const int LongestResponse = 1024 * 1024;
    private const int MostLiterals = 50;

    public static readonly TimeSpan CommandTime = TimeSpan.FromSeconds(60);

    private readonly TcpClient _client;
    private readonly MailboxSettings _mailbox;
    private readonly TimeProvider _clock;
    private readonly ArrayBufferWriter<byte> _response = new(4096);
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly HashSet<string> _offers = new(StringComparer.OrdinalIgnoreCase);
    private Stream _stream;
    private int _start;
    private int _end;
    private int _commands;

    private ImapConnection(TcpClient client, MailboxSettings mailbox, TimeProvider clock)
        => (_client, _stream, _mailbox, _clock) = (client, client.GetStream(), mailbox, clock);

    public bool Offers(string capability) => _offers.Contains(capability);

    /// <summary>Connected, protected as the settings say, and let in.</summary>
    public static async Task<ImapConnection> OpenAsync(MailboxSettings mailbox, AccessTokens tokens, TimeProvider clock, CancellationToken cancellation)
    {
        using var time = new CancellationTokenSource(CommandTime, clock);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(mailbox.Host, mailbox.Port, soon.Token);
            var connection = new ImapConnection(client, mailbox, clock);
            if (mailbox.Tls == MailboxTls.Implicit)
                await connection.ProtectAsync(soon.Token);
            var greeting = await connection.ReadAsync(0, soon.Token);
            if (greeting is not { Tag: "*", Kind: "OK" or "PREAUTH" })
                throw new ImapException($"it does not greet: {greeting.Kind} {Short(greeting.Text)}");
            await connection.CommandAsync("CAPABILITY", null, 0, cancellation);
            if (mailbox.Tls == MailboxTls.StartTls)
            {
                // Already let in means that TLS can no longer be asked for: who greets so may be somebody in between.
                if (greeting.Kind == "PREAUTH" || !connection.Offers("STARTTLS"))
                    throw new ImapException("it offers no TLS.");
                await connection.CommandAsync("STARTTLS", null, 0, cancellation);
                await connection.ProtectAsync(soon.Token);
                await connection.CommandAsync("CAPABILITY", null, 0, cancellation);
            }
            if (greeting.Kind == "OK")
                await connection.ProveAsync(tokens, cancellation);
            // Those who are let in are often offered more.
            await connection.CommandAsync("CAPABILITY", null, 0, cancellation);
            return connection;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            client.Dispose();
            throw new TimeoutException("it did not answer in time.");
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Says a command and hears it out. Untagged responses go to <paramref name="hear"/> as they come; nothing of them is kept here.</summary>
    /// <param name="command">Without tag and line end.</param>
    /// <param name="hear">Null: nobody asks.</param>
    /// <param name="largestLiteral">Bytes of literals that one response may hold.</param>
    /// <param name="cancellation">Ends the connection too.</param>
    /// <param name="atMost">How long it may take; a minute unless told.</param>
    /// <returns>The tagged OK.</returns>
    /// <exception cref="ImapRefusedException">NO or BAD.</exception>
    public async Task<ImapResponse> CommandAsync(
        string command, Action<ImapResponse>? hear, int largestLiteral, CancellationToken cancellation, TimeSpan? atMost = null)
    {
        using var time = new CancellationTokenSource(atMost ?? CommandTime, _clock);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        try
        {
            var tag = await BeginAsync(command, soon.Token);
            while (true)
            {
                var response = await ReadAsync(largestLiteral, soon.Token);
                if (response.Tag == tag)
                    return Must(response, command);
                if (response.Tag == "*")
                    hear?.Invoke(response);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"it did not answer {Verb(command)} in time.");
        }
    }

    /// <summary>Says a command and returns its tag; what follows is the caller's.</summary>
    public async Task<string> BeginAsync(string command, CancellationToken cancellation)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"D{++_commands}");
        await WriteAsync($"{tag} {command}", cancellation);
        return tag;
    }

    public async Task WriteAsync(string line, CancellationToken cancellation)
    {
        if (line.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw new ImapException("a command may not hold a line break.");
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellation);
        await _stream.FlushAsync(cancellation);
    }

    /// <exception cref="IOException">It hung up, or said goodbye.</exception>
    public async Task<ImapResponse> ReadAsync(int largestLiteral, CancellationToken cancellation)
    {
        _response.ResetWrittenCount();
        var literals = new List<byte[]>();
        while (true)
        {
            var start = _response.WrittenCount;
            await ReadLineAsync(cancellation);
            if (ImapResponse.Announced(_response.WrittenSpan[start..], _response.WrittenSpan) is not { } length)
                break;
            if (length > largestLiteral || literals.Count >= MostLiterals)
                throw new ImapException($"it sends {length} bytes that nobody asked for.");
            literals.Add(await ReadLiteralAsync((int)length, cancellation));
            largestLiteral -= (int)length;
        }
        var response = ImapResponse.Parse(_response.WrittenSpan, literals);
        if (response is { Tag: "*", Kind: "BYE" })
            throw new IOException($"it said goodbye: {Short(response.Text)}");
        if (response.Kind == "CAPABILITY" && response.Tag == "*")
        {
            _offers.Clear();
            _offers.UnionWith(response.Values.Take(200).Select(value => value.Text));
        }
        return response;
    }

    public static ImapResponse Must(ImapResponse response, string command) => response.Kind == "OK"
        ? response
        : throw new ImapRefusedException($"it does not do {Verb(command)}: {response.Kind} {Short(response.Text)}");

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task ProtectAsync(CancellationToken cancellation)
    {
        // What came unprotected before the handshake was slipped in.
        if (_end > _start)
            throw new ImapException("it spoke before TLS began.");
        var options = new SslClientAuthenticationOptions { TargetHost = _mailbox.Host };
        if (_mailbox.Trust is { } trusted)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.Add(trusted);
        }
        var tls = new SslStream(_stream);
        await tls.AuthenticateAsClientAsync(options, cancellation);
        _stream = tls;
    }

    private async Task ProveAsync(AccessTokens tokens, CancellationToken cancellation)
    {
        if (_mailbox.OAuth is { } client)
        {
            var token = await tokens.GetAsync(client, cancellation);
            try
            {
                if (Offers("AUTH=OAUTHBEARER"))
                    await AuthenticateAsync("OAUTHBEARER", $"n,a={_mailbox.User},\u0001host={_mailbox.Host}\u0001port={_mailbox.Port}\u0001auth=Bearer {token}\u0001\u0001", "AQ==", cancellation);
                else
                    await AuthenticateAsync("XOAUTH2", $"user={_mailbox.User}\u0001auth=Bearer {token}\u0001\u0001", "", cancellation);
            }
            catch (ImapRefusedException)
            {
                tokens.Forget(client);
                throw;
            }
        }
        else if (Offers("AUTH=PLAIN"))
        {
            await AuthenticateAsync("PLAIN", $"\0{_mailbox.User}\0{_mailbox.Password}", "", cancellation);
        }
        else if (Offers("LOGINDISABLED"))
        {
            throw new ImapException("it takes no password on this connection.");
        }
        else
        {
            await CommandAsync($"LOGIN {Quote(_mailbox.User)} {Quote(_mailbox.Password!)}", null, 0, cancellation);
        }
    }

    /// <param name="mechanism">Of SASL.</param>
    /// <param name="proof">What the mechanism wants said first, and here at all.</param>
    /// <param name="afterNo">A server that says no in a challenge waits for this before it says NO.</param>
    /// <param name="cancellation">Ends the connection too.</param>
    private async Task AuthenticateAsync(string mechanism, string proof, string afterNo, CancellationToken cancellation)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(proof));
        using var time = new CancellationTokenSource(CommandTime, _clock);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        var command = $"AUTHENTICATE {mechanism}";
        var said = Offers("SASL-IR");
        var tag = await BeginAsync(said ? $"{command} {encoded}" : command, soon.Token);
        for (var turns = 0; turns < 20; turns++)
        {
            var response = await ReadAsync(0, soon.Token);
            if (response.Tag == tag)
            {
                Must(response, command);
                return;
            }
            if (response.Tag != "+")
                continue;
            await WriteAsync(said ? afterNo : encoded, soon.Token);
            said = true;
        }
        throw new ImapException("it asks for proof without end.");
    }

    /// <summary>A quoted string. What does not fit in one goes by AUTHENTICATE PLAIN.</summary>
    public static string Quote(string text) => text.All(sign => sign is >= ' ' and < '\u007F')
        ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : throw new ImapException("a name or password is not ASCII, and it does not offer AUTH=PLAIN.");

    private async ValueTask ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var read = _buffer.AsSpan(_start, _end - _start);
            var end = read.IndexOf((byte)'\n');
            var piece = end < 0 ? read : read[..(end + 1)];
            if (_response.WrittenCount + piece.Length > LongestResponse)
                throw new ImapException("its response has no end.");
            _response.Write(piece);
            _start += piece.Length;
            if (end >= 0)
                return;
            await FillAsync(cancellation);
        }
    }

    private async ValueTask<byte[]> ReadLiteralAsync(int length, CancellationToken cancellation)
    {
        // Room is made as the bytes come, not as they are promised.
        var literal = new byte[Math.Min(length, 64 * 1024)];
        for (var have = 0; have < length;)
        {
            if (_start == _end)
                await FillAsync(cancellation);
            var piece = Math.Min(length - have, _end - _start);
            if (have + piece > literal.Length)
                Array.Resize(ref literal, (int)Math.Min(length, Math.Max(have + piece, literal.Length * 2L)));
            _buffer.AsSpan(_start, piece).CopyTo(literal.AsSpan(have));
            _start += piece;
            have += piece;
        }
        return literal;
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        _start = 0;
        _end = 0;
        _end = await _stream.ReadAsync(_buffer, cancellation);
        if (_end == 0)
            throw new IOException("it hung up.");
    }

    /// <summary>Never more than the verb: what follows may be a password.</summary>
    private static string Verb(string command) => string.Join(' ', command.Split(' ').Take(command.StartsWith("UID ", StringComparison.Ordinal) ? 2 : 1));

    private static string Short(string text) => PlainText.Line(text, 200);
}
