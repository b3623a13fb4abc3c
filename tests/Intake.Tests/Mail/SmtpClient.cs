using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Desk.Intake.Tests.Mail;

/// <summary>An SMTP client that says exactly what a test wants said.</summary>
internal sealed class SmtpClient : IAsyncDisposable
{
    private readonly TcpClient _tcp = new();
    private Stream _stream = Stream.Null;

    public static async Task<SmtpClient> ConnectAsync(int port)
    {
        var client = new SmtpClient();
        await client._tcp.ConnectAsync("127.0.0.1", port);
        client._stream = client._tcp.GetStream();
        return client;
    }

    public static async Task<SmtpClient> GreetedAsync(int port, string hello = "EHLO")
    {
        var client = await ConnectAsync(port);
        await client.AnswerAsync();
        await client.SayAsync(hello + " client.example");
        return client;
    }

    public async Task<string> SayAsync(string line)
    {
        await WriteAsync(line + "\r\n");
        return await AnswerAsync();
    }

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task WriteAsync(byte[] bytes)
    {
        await _stream.WriteAsync(bytes);
        await _stream.FlushAsync();
    }

    /// <summary>One answer, all its lines; empty when the desk has closed.</summary>
    public async Task<string> AnswerAsync()
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        var answer = new StringBuilder();
        while (true)
        {
            var line = await LineAsync(time.Token);
            if (line is null)
                return answer.ToString();
            answer.Append(line).Append('\n');
            if (line.Length < 4 || line[3] != '-')
                return answer.ToString();
        }
    }

    public async Task<string> SendAsync(string from, byte[] mail, string to = "support@desk.example")
    {
        await SayAsync($"MAIL FROM:<{from}>");
        var recipient = await SayAsync($"RCPT TO:<{to}>");
        if (!recipient.StartsWith("250", StringComparison.Ordinal))
            return recipient;
        await SayAsync("DATA");
        await WriteAsync(mail);
        return await SayAsync("\r\n.");
    }

    public async Task SecureAsync()
    {
        var tls = new SslStream(_stream, false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("desk.example");
        _stream = tls;
    }

    private async Task<string?> LineAsync(CancellationToken cancellation)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (true)
        {
            try
            {
                if (await _stream.ReadAsync(one, cancellation) == 0)
                    return line.Count > 0 ? Encoding.UTF8.GetString([.. line]) : null;
            }
            catch (IOException)
            {
                return null;
            }
            if (one[0] == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _tcp.Dispose();
    }
}
