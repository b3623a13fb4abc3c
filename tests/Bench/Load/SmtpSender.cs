using System.Net.Sockets;
using System.Text;

namespace Desk.Bench.Load;

/// <summary>A plain SMTP sender on one connection. Not a mail client: it sends what it is given and reads the code.</summary>
internal sealed class SmtpSender : IAsyncDisposable
{
    private readonly TcpClient _client;
    private readonly StreamReader _reader;
    private readonly NetworkStream _stream;

    private SmtpSender(TcpClient client)
    {
        _client = client;
        client.NoDelay = true;
        _stream = client.GetStream();
        _reader = new StreamReader(_stream, Encoding.Latin1);
    }

    public static async Task<SmtpSender> ConnectAsync(string host, int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(host, port);
        var sender = new SmtpSender(client);
        sender.Expect(await sender.ReplyAsync(), 220);
        sender.Expect(await sender.CommandAsync("EHLO sender.example"), 250);
        return sender;
    }

    /// <summary>Sends one message in two round trips (pipelined). Returns the reply to the data: 250 when it is stored.</summary>
    public async Task<(int Code, string Text)> SendAsync(string from, string to, ReadOnlyMemory<byte> message)
    {
        await WriteAsync($"MAIL FROM:<{from}> BODY=8BITMIME SIZE={message.Length}\r\nRCPT TO:<{to}>\r\nDATA\r\n");
        (int Code, string Text) refused = default;
        for (var reply = 0; reply < 3; reply++)
        {
            var (code, text) = await ReplyAsync();
            if (code >= 400 && refused.Code == 0)
                refused = (code, text);
            if (reply == 2 && code == 354)
            {
                await _stream.WriteAsync(Stuffed(message.Span));
                return refused.Code == 0 ? await ReplyAsync() : (await ReplyAsync(), refused).refused;
            }
        }
        await CommandAsync("RSET");
        return refused;
    }

    public Task<(int Code, string Text)> CommandAsync(string command) => WriteThenReplyAsync(command + "\r\n");

    private async Task<(int Code, string Text)> WriteThenReplyAsync(string text)
    {
        await WriteAsync(text);
        return await ReplyAsync();
    }

    private ValueTask WriteAsync(string text) => _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    private async Task<(int Code, string Text)> ReplyAsync()
    {
        while (await _reader.ReadLineAsync() is { } line)
        {
            if (line.Length >= 4 && line[3] == '-')
                continue;
            return (int.Parse(line.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture), line);
        }
        throw new IOException("The server closed the connection.");
    }

    private void Expect((int Code, string Text) reply, int code)
    {
        if (reply.Code != code)
            throw new IOException($"Expected {code}, got: {reply.Text}");
    }

    /// <summary>Lines end with CRLF, a leading dot is doubled, the end is a dot alone.</summary>
    private static byte[] Stuffed(ReadOnlySpan<byte> message)
    {
        var output = new MemoryStream(message.Length + 64);
        var lineStart = true;
        for (var i = 0; i < message.Length; i++)
        {
            var value = message[i];
            if (lineStart && value == '.')
                output.WriteByte((byte)'.');
            lineStart = false;
            if (value == '\r' && i + 1 < message.Length && message[i + 1] == '\n')
                continue;
            if (value is (byte)'\n' or (byte)'\r')
            {
                output.Write("\r\n"u8);
                lineStart = true;
            }
            else
            {
                output.WriteByte(value);
            }
        }
        if (!lineStart)
            output.Write("\r\n"u8);
        output.Write(".\r\n"u8);
        return output.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await CommandAsync("QUIT");
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            // It is over either way.
        }
        _reader.Dispose();
        _client.Dispose();
    }
}
