using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Text;
using Desk.Contracts;
using Npgsql;

namespace Desk.Intake.Mail.Smtp;

/// <summary>
/// One conversation in SMTP (RFC 5321) or LMTP (RFC 2033), with SIZE, 8BITMIME, SMTPUTF8, PIPELINING, CHUNKING, ENHANCEDSTATUSCODES and STARTTLS. 250
/// after DATA is said when the mail is committed, never before; in LMTP once for each recipient. A line that ends in anything but CR LF ends the
/// conversation: it is how mail is smuggled.
/// </summary>
internal sealed partial class SmtpSession(
    Stream stream, IPAddress peer, MailProtocol protocol, SmtpSettings settings, PeerRates rates, MailSettings mail, MailIntake intake, TimeProvider clock,
    ILogger logger) : IAsyncDisposable
{
    private const int LongestCommand = 2_048;
    private const int MostRecipients = 100;
    private const int MostFaults = 15;
    private const int MostIdleCommands = 200;

    // Mails on the way in, of all sessions together.
    private static long s_underWay;

    private readonly StringBuilder _replies = new();
    private readonly List<string> _recipients = [];
    private Stream _stream = stream;
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private CancellationTokenSource? _time;
    private bool _secured;
    private bool _closing;
    private bool _brokenLine;
    private int _faults;
    private int _commandsSinceMail;
    private string? _hello;
    private string? _from;
    private SmtpData? _chunks;
    private CancellationTokenSource? _chunksTime;

    private bool IsLmtp => protocol == MailProtocol.Lmtp;

    /// <summary><paramref name="stopping"/>: say 421 at the next turn. <paramref name="stopped"/>: leave now.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken stopped)
    {
        Reply($"220 {settings.Name} {(IsLmtp ? "LMTP" : "ESMTP")} Desk");
        while (!_closing)
        {
            string? line;
            try
            {
                line = await ReadLineAsync(stopping, stopped);
            }
            catch (OperationCanceledException) when (!stopped.IsCancellationRequested)
            {
                Reply(stopping.IsCancellationRequested ? "421 4.3.2 The desk is closing, try again soon" : "421 4.4.2 Too slow, goodbye");
                break;
            }
            if (line is null)
                return;
            if (_brokenLine)
            {
                Reply("500 5.5.2 A line must end with CR LF and hold no other CR or LF; goodbye");
                break;
            }
            await ObeyAsync(line, stopped);
        }
        await FlushAsync(stopped);
        await LeaveAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Forget();
        _time?.Dispose();
        if (_secured)
            await _stream.DisposeAsync();
    }

    private async Task ObeyAsync(string line, CancellationToken stopped)
    {
        if (++_commandsSinceMail > MostIdleCommands)
        {
            Close("421 4.7.0 Too many commands without a mail, goodbye");
            return;
        }
        var space = line.IndexOf(' ');
        var verb = (space < 0 ? line : line[..space]).ToUpperInvariant();
        var rest = space < 0 ? "" : line[(space + 1)..].Trim();
        switch (verb)
        {
            case "EHLO" or "HELO" when IsLmtp:
                Fault("500 5.5.1 This is LMTP: say LHLO");
                break;
            case "LHLO" when !IsLmtp:
                Fault("500 5.5.1 This is SMTP: say EHLO");
                break;
            case "EHLO" or "HELO" or "LHLO" when rest.Length == 0:
                Fault("501 5.5.4 Say who you are");
                break;
            case "EHLO" or "LHLO":
                Begin(rest);
                Reply($"250-{settings.Name} is glad to hear from you");
                Reply($"250-SIZE {settings.LargestMail.ToString(CultureInfo.InvariantCulture)}");
                Reply("250-8BITMIME");
                Reply("250-SMTPUTF8");
                Reply("250-PIPELINING");
                Reply("250-CHUNKING");
                if (settings.Certificate is not null && !_secured)
                    Reply("250-STARTTLS");
                Reply("250 ENHANCEDSTATUSCODES");
                break;
            case "HELO":
                Begin(rest);
                Reply($"250 {settings.Name}");
                break;
            case "STARTTLS":
                await SecureAsync(stopped);
                break;
            case "MAIL":
                From(rest);
                break;
            case "RCPT":
                To(rest);
                break;
            case "DATA":
                await DataAsync(stopped);
                break;
            case "BDAT":
                await ChunkAsync(rest, stopped);
                break;
            case "RSET":
                Forget();
                Reply("250 2.0.0 Forgotten");
                break;
            case "NOOP":
                Reply("250 2.0.0 Yes");
                break;
            case "VRFY":
                Reply("252 2.5.0 Send it and see");
                break;
            case "HELP":
                Reply("214 2.0.0 This is the mail door of a service desk; it takes mail for the desk only");
                break;
            case "QUIT":
                Close($"221 2.0.0 {settings.Name} says goodbye");
                break;
            case "EXPN" or "AUTH" or "TURN" or "ETRN" or "SEND" or "SOML" or "SAML":
                Fault("502 5.5.1 Not offered here");
                break;
            case "GET" or "POST" or "HEAD" or "PUT" or "CONNECT" or "OPTIONS":
                // A browser made to speak to us: nothing it says is to be taken for commands.
                Close("554 5.5.1 This is not a web server");
                break;
            default:
                Fault("500 5.5.2 Not understood");
                break;
        }
    }

    private void Begin(string hello)
    {
        Forget();
        _hello = hello.Length > 255 ? hello[..255] : hello;
    }

    private void From(string rest)
    {
        if (_hello is null)
        {
            Fault($"503 5.5.1 Say {(IsLmtp ? "LHLO" : "EHLO")} first");
            return;
        }
        if (_from is not null)
        {
            Fault("503 5.5.1 One sender a mail; RSET to begin again");
            return;
        }
        if (Path(rest, "FROM:", out var parameters) is not { } address)
        {
            Fault("501 5.5.4 Write MAIL FROM:<address>");
            return;
        }
        foreach (var parameter in parameters)
        {
            var equals = parameter.IndexOf('=');
            var name = (equals < 0 ? parameter : parameter[..equals]).ToUpperInvariant();
            var value = equals < 0 ? "" : parameter[(equals + 1)..];
            switch (name)
            {
                case "SIZE" when !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size):
                    Fault("501 5.5.4 SIZE is a number");
                    return;
                case "SIZE" when long.Parse(value, CultureInfo.InvariantCulture) > settings.LargestMail:
                    Reply(TooLarge());
                    return;
                case "SIZE" or "SMTPUTF8" or "BODY" or "AUTH" or "RET" or "ENVID":
                    break;
                default:
                    Fault($"555 5.5.4 {Printable(name)} is not known here");
                    return;
            }
        }
        if (!rates.MayOneMore(peer))
        {
            Reply("451 4.7.1 Too many mails from you in a short time, try again in a minute");
            return;
        }
        _from = address;
        Reply("250 2.1.0 Go on");
    }

    private void To(string rest)
    {
        if (_from is null)
        {
            Fault("503 5.5.1 Say MAIL FROM first");
            return;
        }
        if (Path(rest, "TO:", out _) is not { Length: > 0 } address)
        {
            Fault("501 5.5.4 Write RCPT TO:<address>");
            return;
        }
        if (!mail.IsOurs(address))
        {
            // Never a relay: mail goes from here to nobody but the desk.
            Fault($"550 5.7.1 {Printable(address)} is not an address of this desk; it does not relay");
            return;
        }
        if (_recipients.Count >= MostRecipients)
        {
            Reply("452 4.5.3 Too many recipients");
            return;
        }
        _recipients.Add(address);
        Reply("250 2.1.5 That is us");
    }

    private async Task DataAsync(CancellationToken stopped)
    {
        if (_chunks is not null)
        {
            Fault("503 5.5.1 A mail begun with BDAT ends with BDAT");
            return;
        }
        if (_from is null || _recipients.Count == 0)
        {
            Fault(_from is null ? "503 5.5.1 Say MAIL FROM first" : IsLmtp ? "503 5.5.1 No valid recipients" : "554 5.5.1 No valid recipients");
            return;
        }
        Reply("354 Go on; end with a line that holds one full stop");
        await FlushAsync(stopped);

        var data = NewData();
        try
        {
            await FinishAsync(data, await ReadDataAsync(data, stopped), stopped);
        }
        finally
        {
            Interlocked.Add(ref s_underWay, -data.Reserved);
        }
    }

    /// <summary>RFC 3030: so many bytes, whatever they are. They are read also when the mail is refused, for what follows them is a command.</summary>
    private async Task ChunkAsync(string rest, CancellationToken stopped)
    {
        var words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > 2 || !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || (words.Length == 2 && !words[1].Equals("LAST", StringComparison.OrdinalIgnoreCase)))
        {
            // Nobody knows how many bytes follow: none of them may be taken for a command.
            Close("501 5.5.4 Write BDAT length [LAST]; goodbye");
            return;
        }
        if (length > settings.LargestMail)
        {
            Close(TooLarge());
            return;
        }
        var refusal = _from is null ? "503 5.5.1 Say MAIL FROM first" : _recipients.Count == 0 ? "503 5.5.1 No valid recipients" : null;
        if (refusal is null && _chunks is null)
        {
            _chunks = NewData();
            _chunksTime = new CancellationTokenSource(settings.DataTime, clock);
        }
        var end = await ReadChunkAsync(length, refusal is null ? _chunks : null, stopped);
        if (refusal is not null)
        {
            if (end is SmtpData.End.Whole) Fault(refusal);
            else await FinishAsync(NewData(), end, stopped);
            return;
        }
        if (end is SmtpData.End.Whole && words.Length == 1)
        {
            _commandsSinceMail = 0;
            Reply($"250 2.0.0 {length} bytes here");
            return;
        }
        await FinishAsync(_chunks!, end, stopped);
    }

    private SmtpData NewData() => new(settings.LargestMail, bytes => Interlocked.Add(ref s_underWay, bytes) <= settings.Memory);

    private async Task FinishAsync(SmtpData data, SmtpData.End end, CancellationToken stopped)
    {
        switch (end)
        {
            case SmtpData.End.Gone:
                _closing = true;
                return;
            case SmtpData.End.TooSlow:
                Close("421 4.4.2 Too slow, goodbye");
                return;
            case SmtpData.End.BrokenLine:
                Close("550 5.6.0 A line must end with CR LF and hold no other CR or LF; goodbye");
                return;
            case SmtpData.End.TooLarge:
                ReplyToAll(TooLarge());
                break;
            case SmtpData.End.NoRoom:
                ReplyToAll("452 4.3.1 The desk has too much mail in hand, try again soon");
                break;
            case SmtpData.End.Whole:
                await TakeAsync(data.Content, stopped);
                break;
        }
        Forget();
        _commandsSinceMail = 0;
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> content, CancellationToken stopped)
    {
        try
        {
            var taken = await intake.TakeAsync(content, new MailEnvelope(IsLmtp ? "lmtp" : "smtp", _from, [.. _recipients], $"{peer} {_hello}"), stopped);
            ReplyToAll($"250 2.0.0 Stored as {taken.Id}: {Wording<MailOutcome>.Of(taken.Outcome)}{(taken.Number is null ? "" : " " + taken.Number)}");
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or InvalidOperationException or IOException)
        {
            LogStoreAway(logger, failure);
            ReplyToAll("451 4.3.0 The mail cannot be stored now; keep it and try again");
        }
    }

    private async Task<SmtpData.End> ReadChunkAsync(long length, SmtpData? data, CancellationToken stopped)
    {
        await FlushAsync(stopped);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stopped, _chunksTime?.Token ?? CancellationToken.None);
        if (data is null)
            time.CancelAfter(settings.CommandTime);
        try
        {
            while (true)
            {
                var piece = (int)Math.Min(length, _end - _start);
                data?.Append(_buffer.AsSpan(_start, piece));
                _start += piece;
                length -= piece;
                if (length == 0)
                    return data?.Result ?? SmtpData.End.Whole;
                if (await FillAsync(time.Token) == 0)
                    return SmtpData.End.Gone;
            }
        }
        catch (OperationCanceledException) when (!stopped.IsCancellationRequested)
        {
            return SmtpData.End.TooSlow;
        }
    }

    private async Task<SmtpData.End> ReadDataAsync(SmtpData data, CancellationToken stopped)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        using var limit = new CancellationTokenSource(settings.DataTime, clock);
        using var link = limit.Token.Register(time.Cancel);
        var deadlineSet = false;
        try
        {
            while (true)
            {
                var ended = data.Take(_buffer.AsSpan(_start, _end - _start), out var used);
                _start += used;
                if (ended)
                    return data.Result;
                if (data.LineIsBroken && !deadlineSet)
                {
                    // A client whose lines end in LF alone never says what we take for the end: hear it out for a while, then answer.
                    limit.CancelAfter(TimeSpan.FromSeconds(5));
                    deadlineSet = true;
                }
                if (await FillAsync(time.Token) == 0)
                    return data.LineIsBroken ? SmtpData.End.BrokenLine : SmtpData.End.Gone;
            }
        }
        catch (OperationCanceledException) when (!stopped.IsCancellationRequested)
        {
            return data.LineIsBroken ? SmtpData.End.BrokenLine : SmtpData.End.TooSlow;
        }
    }

    private async Task SecureAsync(CancellationToken stopped)
    {
        if (settings.Certificate is null || _secured)
        {
            Fault("502 5.5.1 TLS is not offered");
            return;
        }
        if (_end > _start)
        {
            // Commands sent along in clear would be obeyed as if they had come protected.
            Close("554 5.5.1 Nothing may follow STARTTLS before TLS");
            return;
        }
        Reply("220 2.0.0 Begin TLS");
        await FlushAsync(stopped);
        var tls = new SslStream(_stream, leaveInnerStreamOpen: true);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        time.CancelAfter(settings.CommandTime);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = settings.Certificate }, time.Token);
        (_stream, _secured, _hello) = (tls, true, null);
        Forget();
    }

    /// <summary>Null when the other side closed. Sets <see cref="_brokenLine"/> when the line does not end as it must.</summary>
    private async ValueTask<string?> ReadLineAsync(CancellationToken stopping, CancellationToken stopped)
    {
        CancellationTokenSource? time = null;
        try
        {
            while (true)
            {
                var span = _buffer.AsSpan(_start, _end - _start);
                var end = span.IndexOf((byte)'\n');
                if (end >= 0)
                {
                    var line = span[..end];
                    _start += end + 1;
                    _brokenLine = line.IsEmpty || line[^1] != '\r' || line[..^1].IndexOf((byte)'\r') >= 0 || line.IndexOf((byte)0) >= 0;
                    return _brokenLine ? "" : Encoding.UTF8.GetString(line[..^1]);
                }
                if (span.Length > LongestCommand)
                {
                    Close("500 5.5.6 The line is too long, goodbye");
                    return "NOOP";
                }
                stopping.ThrowIfCancellationRequested();
                await FlushAsync(stopped);
                if (time is null)
                {
                    time = CancellationTokenSource.CreateLinkedTokenSource(stopping, stopped);
                    time.CancelAfter(settings.CommandTime);
                }
                if (await FillAsync(time.Token) == 0)
                    return null;
            }
        }
        finally
        {
            time?.Dispose();
        }
    }

    private async ValueTask<int> FillAsync(CancellationToken cancellation)
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _buffer.Length)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }
            else
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
        }
        var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        return read;
    }

    private async ValueTask FlushAsync(CancellationToken stopped)
    {
        if (_replies.Length == 0)
            return;
        var bytes = Encoding.UTF8.GetBytes(_replies.ToString());
        _replies.Clear();
        _time ??= CancellationTokenSource.CreateLinkedTokenSource(stopped);
        if (!_time.TryReset())
        {
            _time.Dispose();
            _time = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        }
        _time.CancelAfter(settings.CommandTime);
        await _stream.WriteAsync(bytes, _time.Token);
        _time.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lets the other side read our last word: closing over unread input would take it away from them.</summary>
    private async Task LeaveAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
        try
        {
            if (_secured)
                await ((SslStream)_stream).ShutdownAsync();
            else if (_stream is System.Net.Sockets.NetworkStream network)
                network.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            for (var drained = 0; drained < 4 * 1024 * 1024;)
            {
                var read = await _stream.ReadAsync(_buffer, soon.Token);
                if (read == 0)
                    return;
                drained += read;
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or System.Net.Sockets.SocketException)
        {
            // They were told; more cannot be done.
        }
    }

    private void Forget()
    {
        _from = null;
        _recipients.Clear();
        Interlocked.Add(ref s_underWay, -(_chunks?.Reserved ?? 0));
        _chunksTime?.Dispose();
        (_chunks, _chunksTime) = (null, null);
    }

    private void Reply(string line) => _replies.Append(line).Append("\r\n");

    /// <summary>What became of a mail: in LMTP each recipient is answered for.</summary>
    private void ReplyToAll(string line)
    {
        for (var left = IsLmtp ? _recipients.Count : 1; left > 0; left--)
            Reply(line);
    }

    private void Close(string line)
    {
        Reply(line);
        _closing = true;
    }

    private void Fault(string line)
    {
        Reply(line);
        if (++_faults >= MostFaults)
            Close("421 4.7.0 Too many faults, goodbye");
    }

    private string TooLarge() => string.Create(CultureInfo.InvariantCulture, $"552 5.3.4 The mail is larger than {settings.LargestMail} bytes");

    /// <summary>What a client wrote, fit to be said back to it.</summary>
    private static string Printable(string text) => new([.. text.Take(100).Where(c => c is > ' ' and < '\u007F')]);

    /// <summary>The address of <c>FROM:&lt;a@b&gt; SIZE=1</c>, with or without brackets, its source route left out; null when it is none.</summary>
    private static string? Path(string text, string keyword, out string[] parameters)
    {
        parameters = [];
        if (!text.StartsWith(keyword, StringComparison.OrdinalIgnoreCase))
            return null;
        text = text[keyword.Length..].TrimStart();
        string address;
        if (text.StartsWith('<'))
        {
            var close = -1;
            var quoted = false;
            for (var i = 1; i < text.Length && close < 0; i++)
            {
                if (text[i] == '"') quoted = !quoted;
                else if (text[i] == '\\' && quoted) i++;
                else if (text[i] == '>' && !quoted) close = i;
            }
            if (close < 0)
                return null;
            address = text[1..close];
            parameters = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        else
        {
            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                return null;
            address = words[0];
            parameters = words[1..];
        }
        if (address.StartsWith('@') && address.IndexOf(':') is > 0 and var route)
            address = address[(route + 1)..];
        return address.Length > 320 || address.Any(c => char.IsControl(c) || c is '<' or '>') ? null : address;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A mail was not taken: the store is away")]
    private static partial void LogStoreAway(ILogger logger, Exception failure);
}
