using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Desk.Intake.Scanning;

/// <summary>What the scanner says of a file. Failed: it could not be asked about this one, though it is there.</summary>
internal enum Verdict { Clean, Infected, Failed }

/// <summary>Detail: what was found, or why it could not be asked.</summary>
internal sealed record Scan(Verdict Verdict, string? Detail = null);

/// <summary>No scanner answers where one should be: files wait until it does.</summary>
internal sealed class ScannerAwayException(string detail, Exception cause) : Exception(detail, cause);

/// <summary>
/// A clamd, spoken to by INSTREAM, which needs no file in common with it. <c>Desk:ClamAv</c> is <c>host:port</c> or the path of its socket; without it
/// nothing is scanned and nothing waits.
/// </summary>
internal sealed class ClamAv(IConfiguration configuration)
{
    private const int Chunk = 64 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly string? _address = configuration["Desk:ClamAv"] is { Length: > 0 } address ? address : null;

    public bool IsOn => _address is not null;

    /// <summary>The SQL of whether a file is held back, and why: <c>waiting</c>, <c>infected</c>, <c>unscannable</c>, or null. Reads <c>attachment</c>.</summary>
    public string Held => IsOn
        ? "case attachment.scan when 'unseen' then 'waiting' when 'clean' then null else attachment.scan end"
        : "case attachment.scan when 'infected' then 'infected' end";

    /// <exception cref="ScannerAwayException">It cannot be reached.</exception>
    public async Task<Scan> ScanAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        using var socket = await ConnectAsync(limit.Token, cancellation);
        await using var stream = new NetworkStream(socket);
        try
        {
            await SendAsync(stream, content, limit.Token);
        }
        catch (IOException)
        {
            // It has had enough, and may have said why before it hung up.
        }
        try
        {
            return Read(await AnswerAsync(stream, limit.Token));
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return new Scan(Verdict.Failed, broken is IOException ? "The scanner hung up." : "The scanner took too long.");
        }
    }

    internal static Scan Read(string answer)
    {
        var said = answer.Trim('\0', '\n', ' ');
        if (said.StartsWith("stream: ", StringComparison.Ordinal))
            said = said["stream: ".Length..];
        return said switch
        {
            "OK" => new Scan(Verdict.Clean),
            _ when said.EndsWith(" FOUND", StringComparison.Ordinal) => new Scan(Verdict.Infected, PlainText.Line(said[..^" FOUND".Length], 200)),
            "" => new Scan(Verdict.Failed, "The scanner hung up."),
            _ => new Scan(Verdict.Failed, PlainText.Line(said, 200)),
        };
    }

    private async Task<Socket> ConnectAsync(CancellationToken limit, CancellationToken cancellation)
    {
        var socket = _address!.StartsWith('/') ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (_address.StartsWith('/'))
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_address), limit);
            else if (_address.LastIndexOf(':') is > 0 and var colon && int.TryParse(_address.AsSpan(colon + 1), out var port))
                await socket.ConnectAsync(_address[..colon], port, limit);
            else
                throw new InvalidOperationException("Desk:ClamAv is host:port or the path of a socket.");
            return socket;
        }
        catch (Exception away) when (away is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            throw new ScannerAwayException($"No scanner answers at {_address}.", away);
        }
    }

    private static async Task SendAsync(NetworkStream stream, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), cancellation);
        var length = new byte[4];
        for (var at = 0; at < content.Length; at += Chunk)
        {
            var chunk = content.Slice(at, Math.Min(Chunk, content.Length - at));
            BinaryPrimitives.WriteInt32BigEndian(length, chunk.Length);
            await stream.WriteAsync(length, cancellation);
            await stream.WriteAsync(chunk, cancellation);
        }
        await stream.WriteAsync(new byte[4], cancellation);
    }

    private static async Task<string> AnswerAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var answer = new byte[1024];
        var read = 0;
        while (read < answer.Length && await stream.ReadAsync(answer.AsMemory(read), cancellation) is > 0 and var more)
        {
            read += more;
            if (answer.AsSpan(0, read).Contains((byte)0))
                break;
        }
        return Encoding.UTF8.GetString(answer, 0, read);
    }
}
