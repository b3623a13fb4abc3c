using System.Net;
using Desk.Intake.Mail;
using Desk.Intake.Mail.Smtp;
using Desk.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Desk.Intake.Tests.Mail;

public sealed class PeerRatesTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_peer_has_so_many_mails_and_gets_them_back_in_a_minute()
    {
        var rates = new PeerRates(10, int.MaxValue, _clock);
        var (one, other) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(rates.MayOneMore(one)));
        Assert.False(rates.MayOneMore(one));
        Assert.True(rates.MayOneMore(other));
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.True(rates.MayOneMore(one));
        Assert.False(rates.MayOneMore(one));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => rates.MayOneMore(one)));
    }

    [Fact]
    public void All_addresses_of_an_IPv6_network_are_one_peer_and_a_mapped_address_is_itself()
    {
        var rates = new PeerRates(1, int.MaxValue, _clock);
        Assert.True(rates.MayOneMore(IPAddress.Parse("2001:db8:0:1::1")));
        Assert.False(rates.MayOneMore(IPAddress.Parse("2001:db8:0:1:ffff::2")));
        Assert.True(rates.MayOneMore(IPAddress.Parse("2001:db8:0:2::1")));
        Assert.True(rates.MayOneMore(IPAddress.Parse("192.0.2.1")));
        Assert.False(rates.MayOneMore(IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.True(rates.MayOneMore(IPAddress.Loopback));
        Assert.True(rates.MayOneMore(IPAddress.Loopback));
    }

    [Fact]
    public async Task Beyond_its_limits_a_peer_hears_that_it_may_come_again()
    {
        var port = MailDesk.FreePort();
        await using var host = await ServiceHost.StartAsync<MailIntake>("intake", new HostOptions
        {
            Settings = new Dictionary<string, string?>
            {
                ["Desk:SmtpPort"] = $"{port}",
                ["Desk:SmtpMailsPerMinute"] = "2",
                ["Desk:SmtpConnectionsFromOne"] = "2",
                ["Desk:SmtpMemoryMegabytes"] = "1",
                ["Desk:SmtpDataSeconds"] = "1",
            },
        });
        await using var client = await SmtpClient.GreetedAsync(port);
        await using var second = await SmtpClient.GreetedAsync(port);
        await using (var third = await SmtpClient.ConnectAsync(port))
            Assert.StartsWith("421 4.3.2", await third.AnswerAsync());

        var large = MailDesk.Bytes(MailDesk.Mail("a@b.example", body: string.Join('\n', Enumerable.Repeat(new string('x', 70), 30_000))));
        Assert.StartsWith("452 4.3.1", await client.SendAsync("a@b.example", large));

        await second.SayAsync("MAIL FROM:<a@b.example>");
        await second.SayAsync("RCPT TO:<support@desk.example>");
        await second.SayAsync("DATA");
        await second.WriteAsync("Subject: slowly");
        Assert.StartsWith("421 4.4.2", await second.AnswerAsync());

        Assert.StartsWith("451 4.7.1", await client.SayAsync("MAIL FROM:<a@b.example>"));
    }
}
