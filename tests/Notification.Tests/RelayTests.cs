using System.Net;
using System.Net.Sockets;
using System.Text;
using Desk.Notification.Sending;

namespace Desk.Notification.Tests;

public sealed class RelayTests
{
    [Fact]
    public async Task A_mail_is_handed_over_with_its_own_sender_and_the_next_goes_over_the_same_connection()
    {
        await using var server = new Server();
        await using var relay = new SmtpRelay(RelayAddress.Read($"smtp://rut:p%40ss@127.0.0.1:{server.Port}?tls=none"), TimeProvider.System);
        Assert.True((await relay.CarryAsync(Mail("one@nordvik.example", "two@nordvik.example"), default)).Done);
        Assert.True((await relay.CarryAsync(Mail("three@nordvik.example"), default)).Done);
        Assert.Equal(1, server.Connections);
        Assert.Contains("AUTH PLAIN " + Convert.ToBase64String("\0rut\0p@ss"u8), server.Said);
        Assert.Contains("MAIL FROM:<support+D-1.x@desk.example> SIZE=15", server.Said);
        Assert.Contains("RCPT TO:<two@nordvik.example>", server.Said);
        Assert.Contains("..dot", server.Said);
    }

    [Theory]
    [InlineData("RCPT", "550 5.1.1 no such mailbox", false, true)]
    [InlineData("RCPT", "451 4.7.1 greylisted", false, false)]
    [InlineData("MAIL", "452 too much", false, false)]
    [InlineData("MAIL", "530 authentication required", false, false)]
    [InlineData("DATA", "554 no", false, true)]
    [InlineData(".", "552 too large", false, true)]
    [InlineData(".", "421 closing", false, false)]
    public async Task No_for_now_and_no_for_good_are_told_apart(string at, string reply, bool done, bool permanent)
    {
        await using var server = new Server { Odd = (at, reply) };
        await using var relay = new SmtpRelay(RelayAddress.Read($"smtp://127.0.0.1:{server.Port}?tls=none"), TimeProvider.System);
        var handover = await relay.CarryAsync(Mail("one@nordvik.example"), default);
        Assert.Equal((done, permanent), (handover.Done, handover.Permanent));
        Assert.NotNull(handover.Reason);
    }

    [Fact]
    public async Task A_relay_that_is_away_is_no_for_now_and_a_copy_that_is_refused_does_not_stop_the_mail()
    {
        await using var nobody = new SmtpRelay(RelayAddress.Read("smtp://127.0.0.1:1"), TimeProvider.System);
        Assert.Equal((false, false), (await nobody.CarryAsync(Mail("a@nordvik.example"), default)) is var away ? (away.Done, away.Permanent) : default);

        await using var server = new Server { Odd = ("RCPT TO:<cc", "550 no") };
        await using var relay = new SmtpRelay(RelayAddress.Read($"smtp://127.0.0.1:{server.Port}?tls=none"), TimeProvider.System);
        var handover = await relay.CarryAsync(Mail("a@nordvik.example", "cc@nordvik.example"), default);
        Assert.True(handover.Done);
        Assert.Contains("cc@nordvik.example", handover.Reason);
    }

    [Fact]
    public async Task A_password_never_goes_over_an_open_connection_to_another_machine()
    {
        var address = RelayAddress.Read("smtp://u:p@relay.example:587");
        Assert.Equal(RelayTls.Verify, address.Tls);
        await using var server = new Server();
        await using var relay = new SmtpRelay(address with { Host = Dns.GetHostName(), Port = server.Port, Tls = RelayTls.Any }, TimeProvider.System);
        Assert.False((await relay.CarryAsync(Mail("a@nordvik.example"), default)).Done);
        Assert.DoesNotContain(server.Said, line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    private static Mail Mail(string to, params string[] cc) => new("name", "support+D-1.x@desk.example", to, cc, "a: b\r\n\r\n.dot\r\n."u8.ToArray());

    /// <summary>A relay that takes everything, but for one odd answer.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Any, 0);
        private readonly Task _serving;

        public Server()
        {
            _listener.Start();
            _serving = ServeAsync();
        }

        public (string At, string Reply)? Odd { get; init; }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Connections { get; private set; }

        public List<string> Said { get; } = [];

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync();
                    Connections++;
                    _ = TalkAsync(client);
                }
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task TalkAsync(TcpClient client)
        {
            using var _ = client;
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 test");
            var data = false;
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (Said)
                    Said.Add(line);
                if (data && line != ".")
                    continue;
                data = false;
                var reply = line.Split(' ')[0] switch
                {
                    "EHLO" => "250-test\r\n250-SIZE 1000\r\n250 AUTH LOGIN PLAIN",
                    "AUTH" => "235 ok",
                    "DATA" => "354 go on",
                    "QUIT" => "221 bye",
                    _ => "250 ok",
                };
                if (Odd is { } odd && line.StartsWith(odd.At, StringComparison.Ordinal))
                    reply = odd.Reply;
                else if (line == "DATA")
                    data = true;
                await writer.WriteLineAsync(reply);
            }
        }
    }
}
