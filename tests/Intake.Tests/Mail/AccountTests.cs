using System.Net.Http.Json;
using Desk.Intake.Mail;
using Desk.Intake.Mail.Handling;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Intake.Tests.Mail;

/// <summary>received = tickets + replies + automatic + bounces + ignored + quarantined, whatever comes and whatever agents do.</summary>
public sealed class AccountTests : IAsyncLifetime
{
    private const int Mails = 300;

    private ServiceHost<MailIntake> _host = null!;

    public async Task InitializeAsync() => _host = await ServiceHost.StartAsync<MailIntake>("intake");

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    public async Task Every_mail_is_counted_once_whatever_came_however_often_and_whatever_agents_did(int seed)
    {
        var before = await AccountAsync();
        var random = new Random(seed);
        var ids = new List<string>();
        var sent = Enumerable.Range(0, Mails).Select(i => Any(random, $"{seed}-{i}", ids)).ToList();
        // Each comes once or up to three times, by any way, at the same time as others.
        var deliveries = sent.SelectMany(mail => Enumerable.Repeat(mail, random.Next(1, 4))).ToArray();
        random.Shuffle(deliveries);
        var taken = new System.Collections.Concurrent.ConcurrentDictionary<string, TakenMail>();
        var intake = _host.Services.GetRequiredService<MailIntake>();
        await Parallel.ForEachAsync(deliveries, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (mail, cancellation) =>
            taken[mail] = await intake.TakeAsync(MailDesk.Bytes(mail), new MailEnvelope(mail.Length % 2 == 0 ? "smtp" : "imap", null, []), cancellation));

        var first = await AccountAsync();
        Assert.Equal(Mails, first.Received - before.Received);
        Bears(first);

        // Agents do this and that, some of it twice and at once; what is refused changes nothing.
        await Parallel.ForEachAsync(taken.Values.Concat(taken.Values).Where(_ => random.Next(3) > 0).ToList(), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (mail, cancellation) =>
        {
            var act = (mail.Id.GetHashCode() & 1) == 0 ? "ticket" : "again";
            using var _ = await _host.As(Callers.Agent).PostAsync($"/api/v1/mail/{mail.Id}/{act}", null, cancellation);
        });
        var last = await AccountAsync();
        Assert.Equal(first.Received, last.Received);
        Assert.True(last.Tickets > first.Tickets);
        Bears(last);
    }

    [Fact]
    public async Task An_outcome_that_the_store_does_not_bear_out_is_a_fault()
    {
        var intake = _host.Services.GetRequiredService<MailIntake>();
        var taken = await intake.TakeAsync(MailDesk.Bytes(MailDesk.Mail(MailDesk.NewAddress())), new MailEnvelope("smtp", null, []), CancellationToken.None);
        await _host.Value<int>("update mail set outcome = 'ignored' where id = $1", taken.Id);
        Assert.Contains(new AccountFault("stray", 1), (await AccountAsync()).Faults);
        await _host.Value<int>("update mail set outcome = 'ticket' where id = $1", taken.Id);
        await _host.Value<int>("update message set mail_id = null where mail_id = $1", taken.Id);
        var account = await AccountAsync();
        Assert.False(account.Balanced);
        Assert.Contains(new AccountFault("lost", 1), account.Faults);
    }

    private static void Bears(MailAccount account)
    {
        Assert.True(account.Balanced, string.Join(", ", account.Faults));
        Assert.Equal(account.Received, account.Tickets + account.Replies + account.Automatic + account.Bounces + account.Ignored + account.Quarantined);
    }

    private async Task<MailAccount> AccountAsync() => (await _host.As(Callers.Agent).GetFromJsonAsync<MailAccount>("/api/v1/mail/account"))!;

    /// <summary>A mail of any kind; some answer those before them.</summary>
    private static string Any(Random random, string name, List<string> ids)
    {
        var id = $"{name}@client.example";
        var answered = ids.Count > 0 && random.Next(3) == 0 ? $"In-Reply-To: <{ids[random.Next(ids.Count)]}>" : "X-Nothing: here";
        var sender = $"p{random.Next(12)}@nordvik.example";
        ids.Add(id);
        return random.Next(9) switch
        {
            0 => MailDesk.Mail(sender, name, headers: "Auto-Submitted: auto-generated", id: id),
            1 => MailDesk.Mail(sender, name, headers: $"Auto-Submitted: auto-replied\n{answered}", id: id),
            2 => MailDesk.Mail("support@desk.example", name, id: id),
            3 => MailDesk.Mail(sender, name, headers: "X-Spam-Flag: YES", id: id),
            4 => $"Subject: {name}\nMessage-ID: <{id}>\n\nnobody wrote this",
            5 => $"From: mailer-daemon@mx.example\nSubject: Undelivered\nMessage-ID: <{id}>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {sender}\nAction: failed\nStatus: 5.1.1\n--b--\n",
            6 => $"From: {sender}\nSubject: {name}\nMessage-ID: <{id}>\n{string.Concat(Enumerable.Range(0, 25).Select(i => $"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"))}deep",
            _ => MailDesk.Mail(sender, name, headers: answered, id: id),
        };
    }
}
