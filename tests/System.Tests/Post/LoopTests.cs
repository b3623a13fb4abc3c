using System.Text;
using System.Text.RegularExpressions;
using Desk.Contracts;
using Desk.Intake.Mail;
using Desk.Notification.Templates;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Desk.SystemTests.Post;

/// <summary>Machines that answer each other stop: at once where they say that they are machines, and at the limits where they hide it.</summary>
public sealed partial class LoopTests(ITestOutputHelper output)
{
    /// <summary>In ten minutes, to one receiver. The usual is 30; the rule is the same, and reached sooner.</summary>
    private const int Most = 12;

    [Fact]
    public async Task Two_desks_that_say_they_are_machines_exchange_one_mail()
    {
        await using var one = await SmallDesk.StartAsync("one.example");
        await using var other = await SmallDesk.StartAsync("other.example");
        await one.TakeAsync(Courier.Mail(other.Address, one.Address, "first@other.example", "Skrivaren", "Den skriver inte."), other.Address);

        await other.HasTakenAsync(1, () => ExchangeAsync(one, other, mail => mail));
        Assert.Equal("automatic", await other.Intake.Value<string>("select outcome from mail"));
        Assert.Equal((1, 0), (one.Sent, other.Sent));
    }

    [Fact]
    public async Task Two_desks_that_hide_that_they_are_machines_stop_at_the_limits()
    {
        await using var one = await SmallDesk.StartAsync("one.example");
        await using var other = await SmallDesk.StartAsync("other.example");
        await one.TakeAsync(Courier.Mail(other.Address, one.Address, "first@other.example", "Skrivaren", "Den skriver inte."), other.Address);

        // On the way every sign is lost: of a machine, and of the thread. Each mail is a new matter from a stranger.
        await one.RefusesAsync(() => ExchangeAsync(one, other, Stripped));
        output.WriteLine($"two desks: {one.Sent} and {other.Sent} mails, {await one.TicketsAsync()} and {await other.TicketsAsync()} tickets, then silence");
        Assert.Equal((Most, Most), (one.Sent, other.Sent));
        Assert.Equal((Most + 1, Most), (await one.TicketsAsync(), await other.TicketsAsync()));
        Assert.Equal(0, await one.PendingAsync() + await other.PendingAsync());
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied\r\n", 1)]
    [InlineData("Precedence: bulk\r\n", 1)]
    [InlineData("", Most)]
    public async Task A_responder_that_answers_everything_gets_one_mail_or_the_limit(string sign, int mails)
    {
        await using var desk = await SmallDesk.StartAsync("one.example");
        const string away = "borta@nordvik.example";
        var answers = 0;
        await desk.TakeAsync(Courier.Mail(away, desk.Address, "first@nordvik.example", "Skrivaren", "Den skriver inte."), away);

        async Task AnswerAsync()
        {
            foreach (var _ in desk.Post())
                await desk.TakeAsync(Courier.Mail(away, desk.Address, $"answer{++answers}@nordvik.example", "Jag har semester", $"Jag är åter på måndag ({answers}).", sign), away);
        }

        if (mails == Most)
            await desk.RefusesAsync(AnswerAsync);
        else
            await desk.HasTakenAsync(2, AnswerAsync);
        output.WriteLine($"a responder ({(sign.Length > 0 ? sign.Trim() : "without a sign")}): {desk.Sent} mails to it, {answers} from it, {await desk.TicketsAsync()} tickets, then silence");
        Assert.Equal((mails, mails), (desk.Sent, answers));
        Assert.Equal(0, await desk.PendingAsync());
    }

    private static async Task ExchangeAsync(SmallDesk one, SmallDesk other, Func<byte[], byte[]> onTheWay)
    {
        foreach (var mail in one.Post())
            await other.TakeAsync(onTheWay(mail), one.Address);
        foreach (var mail in other.Post())
            await one.TakeAsync(onTheWay(mail), other.Address);
    }

    private static byte[] Stripped(byte[] mail)
    {
        var text = Encoding.ASCII.GetString(mail);
        var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return Encoding.ASCII.GetBytes(Signs().Replace(text[..head] + "\r\n", "").Replace("Message-ID: <", "Message-ID: <x", StringComparison.Ordinal)
            + $"Subject: Skrivaren\r\n{text[head..]}");
    }

    [GeneratedRegex(@"^(Auto-Submitted|X-Auto-Response-Suppress|In-Reply-To|References|Reply-To|Subject|List-[A-Za-z-]+|Precedence):.*\r\n([ \t].*\r\n)*", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Signs();

    /// <summary>Intake and Notification of one desk, with keys and addresses of its own. What Routing and Knowledge would say is said for them.</summary>
    private sealed class SmallDesk : IAsyncDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly TestBroker _broker;
        private readonly string _sink;
        private readonly HashSet<string> _posted = [];
        private ServiceHost<TemplateSet> _notification = null!;
        private Task _triaging = Task.CompletedTask;

        private SmallDesk(TestBroker broker, string address, string sink) => (_broker, Address, _sink) = (broker, address, sink);

        public ServiceHost<MailIntake> Intake { get; private set; } = null!;

        public string Address { get; }

        /// <summary>Mails it has sent.</summary>
        public int Sent => Directory.EnumerateFiles(_sink, "*.eml").Count();

        public static async Task<SmallDesk> StartAsync(string domain)
        {
            var servers = await DeskServers.GetAsync();
            var sink = Directory.CreateDirectory(Path.Combine(servers.Folder, $"{domain}-{Guid.CreateVersion7():N}")).FullName;
            var desk = new SmallDesk(await servers.ConnectAsync(), $"support@{domain}", sink);
            await desk._broker.Hear<TicketRegistered>();
            await desk._broker.Hear<DeliveryFailed>();
            var options = new HostOptions
            {
                Broker = desk._broker,
                Settings = new Dictionary<string, string?>
                {
                    // Were the key the same, one desk would know the other's mails for its own.
                    ["Desk:TokenKey"] = $"the key of {domain}, which is long enough for all",
                    ["Desk:MailDomain"] = domain,
                    ["Desk:MailAddress"] = desk.Address,
                    ["Desk:MailSink"] = sink,
                    ["Desk:MailLimits:All"] = $"{Most}/10 60/30 120/60 240/180 360/600",
                },
            };
            desk.Intake = await ServiceHost.StartAsync<MailIntake>("intake", options);
            desk._notification = await ServiceHost.StartAsync<TemplateSet>("notification", options);
            desk._triaging = Courier.TriageAsync(desk._broker, desk._ending.Token);
            return desk;
        }

        public Task<TakenMail> TakeAsync(byte[] mail, string from)
            => Intake.Services.GetRequiredService<MailIntake>().TakeAsync(mail, new MailEnvelope("smtp", from, [Address]), CancellationToken.None);

        /// <summary>Mails that have been sent since it was asked last.</summary>
        public IReadOnlyList<byte[]> Post() => [.. Directory.EnumerateFiles(_sink, "*.eml").Order(StringComparer.Ordinal).Where(_posted.Add).Select(File.ReadAllBytes)];

        /// <summary>Goes on with this until the desk does not send a mail because its receiver has had too many.</summary>
        public async Task RefusesAsync(Func<Task> goOn)
        {
            await Wait.Until(async () =>
            {
                await goOn();
                return _broker.Heard<DeliveryFailed>().Count > 0;
            }, "the limit is reached", TimeSpan.FromSeconds(60));
            var failed = await _broker.Next<DeliveryFailed>();
            Assert.True(failed.Permanent);
            Assert.Contains($"{Most} automatic mails within 10 minutes", failed.Reason, StringComparison.Ordinal);
            // Nothing more is on the way.
            await goOn();
        }

        public async Task HasTakenAsync(int mails, Func<Task> goOn)
        {
            await Wait.Until(async () =>
            {
                await goOn();
                return await Intake.Value<long>("select count(*) from mail") >= mails;
            }, $"{mails} mails are here", TimeSpan.FromSeconds(30));
            await Wait.Until(async () => await PendingAsync() == 0, "nothing is left to send");
            await goOn();
        }

        public Task<long> TicketsAsync() => Intake.Value<long>("select count(*) from ticket");

        /// <summary>Mails still to be sent, and tickets still to be confirmed.</summary>
        public async Task<long> PendingAsync()
            => await _notification.Value<long>("select count(*) from delivery where state = 'pending'")
                + (await TicketsAsync() - await _notification.Value<long>("select count(*) from delivery where kind = 'confirmation'"));

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await _triaging;
            await _notification.DisposeAsync();
            await Intake.DisposeAsync();
            await _broker.DisposeAsync();
            _ending.Dispose();
        }
    }
}
