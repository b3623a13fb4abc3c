using System.Security.Cryptography;
using Desk.Contracts;
using Desk.Notification.Limits;
using Desk.Testing;
using Microsoft.Extensions.Configuration;
using static Desk.Notification.Tests.NotificationUnderTest;

namespace Desk.Notification.Tests;

public sealed class SenderTests
{
    [Fact]
    public async Task A_teams_mails_are_from_the_team_signed_and_answered_to_the_desk()
    {
        var folder = Directory.CreateTempSubdirectory("desk-dkim").FullName;
        try
        {
            using var rsa = RSA.Create(2048);
            await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), rsa.ExportPkcs8PrivateKeyPem());
            await using var notification = await StartAsync(new HostOptions
            {
                Settings = new Dictionary<string, string?>
                {
                    ["Desk:DkimKeys"] = $"mail2026={Path.Combine(folder, "key.pem")}",
                    ["Desk:Senders:workplace"] = "Arbetsplats <workplace@desk.example>",
                },
            });
            var ticket = Registered(NewNumber());
            await notification.SayAllAsync(ticket);
            var mail = await notification.MailAsync(ticket.Number, "confirmation");
            Assert.Equal("Arbetsplats <workplace@desk.example>", mail["From"]);
            Assert.Contains("<support+" + ticket.Number, mail["Reply-To"]);
            Assert.Contains("d=desk.example; s=mail2026;", mail["DKIM-Signature"]);

            // Handed on to a team that has no address of its own.
            await notification.Host.Broker.Say(ticket.TicketId, new TicketEscalated(ticket.TicketId, ticket.Number, ticket.At, Work(2) with { Team = "network", TeamName = "Nätverk" }, Agent, "workplace", "network", null));
            Assert.Equal("Servicedesk <support@desk.example>", (await notification.MailAsync(ticket.Number, "escalated"))["From"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(0, 10, 10, true)]
    [InlineData(0, 9, 10, false)]
    [InlineData(1, 15, 30, true)]
    [InlineData(2, 25, 60, true)]
    [InlineData(3, 50, 180, true)]
    [InlineData(4, 100, 600, true)]
    [InlineData(4, 99, 600, false)]
    public void Each_window_of_a_ticket_has_its_limit(int window, int had, int minutes, bool refused) => Says(ofTicket: true, window, had, minutes, refused);

    [Theory]
    [InlineData(0, 30, 10, true)]
    [InlineData(0, 29, 10, false)]
    [InlineData(1, 60, 30, true)]
    [InlineData(2, 120, 60, true)]
    [InlineData(3, 240, 180, true)]
    [InlineData(4, 360, 600, true)]
    [InlineData(4, 359, 600, false)]
    public void Each_window_of_a_receiver_has_its_limit(int window, int had, int minutes, bool refused) => Says(ofTicket: false, window, had, minutes, refused);

    private static void Says(bool ofTicket, int window, int had, int minutes, bool refused)
    {
        var limits = ReceiverLimits.From(new ConfigurationBuilder().Build());
        var counts = new int[ReceiverLimits.Windows];
        counts[window] = had;
        var none = new int[ReceiverLimits.Windows];
        var said = limits.Refusal(ofTicket ? new Counts(counts, none) : new Counts(none, counts));
        Assert.Equal(refused, said is not null);
        if (refused)
            Assert.Contains($"{had} automatic mails within {minutes} minutes", said);
    }
}
