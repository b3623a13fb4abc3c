using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Desk.Intake.Tests.Scanning;

/// <summary>As much of clamd as INSTREAM needs: a file with EICAR in it is infected, one with GARBLED gets an answer nobody understands.</summary>
internal sealed class FakeClamd : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public FakeClamd(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _serving = ServeAsync();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var command = new byte["zINSTREAM\0".Length];
        await stream.ReadExactlyAsync(command, _stop.Token);
        Assert.Equal("zINSTREAM\0", Encoding.ASCII.GetString(command));
        using var file = new MemoryStream();
        var length = new byte[4];
        while (true)
        {
            await stream.ReadExactlyAsync(length, _stop.Token);
            var chunk = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
            if (chunk.Length == 0)
                break;
            await stream.ReadExactlyAsync(chunk, _stop.Token);
            file.Write(chunk);
        }
        var content = Encoding.Latin1.GetString(file.ToArray());
        var answer = content.Contains("EICAR", StringComparison.Ordinal) ? "stream: Win.Test.EICAR_HDB-1 FOUND\0"
            : content.Contains("GARBLED", StringComparison.Ordinal) ? "INSTREAM size limit exceeded. ERROR\0" : "stream: OK\0";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }
}
