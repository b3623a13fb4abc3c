using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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

    [Theory]
    [InlineData("smtp", "AUTH PLAIN LOGIN", "AUTH PLAIN AHJ1dABww6VzcyB3b3Jk")]
    [InlineData("smtp", "AUTH LOGIN", "AUTH LOGIN")]
    [InlineData("smtps", "AUTH PLAIN", "AUTH PLAIN AHJ1dABww6VzcyB3b3Jk")]
    [InlineData("smtps", "AUTH LOGIN", "AUTH LOGIN")]
    public async Task Over_TLS_the_password_goes_by_PLAIN_or_LOGIN_whatever_the_relay_has(string scheme, string offers, string said)
    {
        using var certificate = SelfSigned();
        await using var server = new Server { Certificate = certificate, FromStart = scheme == "smtps", Offers = offers };
        await using var relay = new SmtpRelay(RelayAddress.Read($"{scheme}://rut:p%C3%A5ss%20word@127.0.0.1:{server.Port}?tls=any"), TimeProvider.System);
        var handover = await relay.CarryAsync(Mail("one@nordvik.example"), default);
        Assert.True(handover.Done, handover.Reason);
        Assert.Contains(said, server.Said);
        Assert.Equal(said.EndsWith("LOGIN", StringComparison.Ordinal) ? ["cnV0", "cMOlc3Mgd29yZA=="] : [], server.Said.Where(line => line is "cnV0" or "cMOlc3Mgd29yZA=="));
        Assert.DoesNotContain(server.SaidInClear, line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("smtp")]
    [InlineData("smtps")]
    public async Task A_certificate_that_does_not_check_gets_neither_password_nor_mail(string scheme)
    {
        using var certificate = SelfSigned();
        await using var server = new Server { Certificate = certificate, FromStart = scheme == "smtps" };
        await using var relay = new SmtpRelay(RelayAddress.Read($"{scheme}://rut:secret@localhost:{server.Port}"), TimeProvider.System);
        var handover = await relay.CarryAsync(Mail("one@nordvik.example"), default);
        Assert.Equal((false, false), (handover.Done, handover.Permanent));
        Assert.DoesNotContain(server.Said, line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_that_is_refused_is_no_for_now_and_says_so()
    {
        await using var server = new Server { Odd = ("AUTH", "535 5.7.8 no") };
        await using var relay = new SmtpRelay(RelayAddress.Read($"smtp://rut:wrong@127.0.0.1:{server.Port}?tls=none"), TimeProvider.System);
        var handover = await relay.CarryAsync(Mail("one@nordvik.example"), default);
        Assert.Equal((false, false), (handover.Done, handover.Permanent));
        Assert.Contains("535", handover.Reason);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=relay.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
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

        /// <summary>Set: STARTTLS is offered, or TLS begins at once.</summary>
        public X509Certificate2? Certificate { get; init; }

        public bool FromStart { get; init; }

        public string Offers { get; init; } = "AUTH LOGIN PLAIN";

        public List<string> SaidInClear { get; } = [];

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
            catch (Exception over) when (over is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // The test is over.
            }
        }

        private async Task TalkAsync(TcpClient client)
        {
            using var _ = client;
            try
            {
                Stream stream = client.GetStream();
                var isProtected = false;
                if (FromStart)
                    (stream, isProtected) = (await ProtectAsync(stream), true);
                await WriteAsync(stream, "220 test");
                var data = false;
                var asked = 0;
                while (await ReadAsync(stream) is { } line)
                {
                    lock (Said)
                    {
                        Said.Add(line);
                        if (!isProtected)
                            SaidInClear.Add(line);
                    }
                    if (data && line != ".")
                        continue;
                    data = false;
                    var reply = line.Split(' ')[0] switch
                    {
                        "EHLO" => $"250-test\r\n250-SIZE 1000\r\n{(Certificate is not null && !isProtected ? "250-STARTTLS\r\n" : "")}250 {Offers}",
                        "STARTTLS" => "220 go on",
                        "AUTH" when line == "AUTH LOGIN" => "334 VXNlcm5hbWU6",
                        "AUTH" => "235 ok",
                        "DATA" => "354 go on",
                        "QUIT" => "221 bye",
                        _ when asked is 1 => "334 UGFzc3dvcmQ6",
                        _ when asked is 2 => "235 ok",
                        _ => "250 ok",
                    };
                    asked = line == "AUTH LOGIN" ? 1 : asked is 1 ? 2 : 0;
                    if (Odd is { } odd && line.StartsWith(odd.At, StringComparison.Ordinal))
                        reply = odd.Reply;
                    else if (line == "DATA")
                        data = true;
                    await WriteAsync(stream, reply);
                    if (line == "STARTTLS")
                        (stream, isProtected) = (await ProtectAsync(stream), true);
                }
            }
            catch (Exception over) when (over is IOException or AuthenticationException)
            {
                // The other side has hung up, or did not believe the certificate.
            }
        }

        private async Task<Stream> ProtectAsync(Stream stream)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(Certificate!);
            return tls;
        }

        private static Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n")).AsTask();

        private static async Task<string?> ReadAsync(Stream stream)
        {
            var line = new StringBuilder();
            var one = new byte[1];
            while (await stream.ReadAsync(one) == 1)
            {
                if (one[0] == '\n')
                    return line.ToString().TrimEnd('\r');
                line.Append((char)one[0]);
            }
            return null;
        }
    }
}
