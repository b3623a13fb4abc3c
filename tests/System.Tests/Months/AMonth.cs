using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.Intake.Mail;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.Routing.Watch;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Desk.SystemTests.Months;

/// <summary>
/// A desk of seventeen technicians in made-up time: Intake and Routing as they are, each on its own database, over the real broker. Who works there does it by
/// the public API; after every step all that was said has been heard before anybody looks.
/// </summary>
internal sealed class AMonth : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 6, 1, 5, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Random _random = new(17);
    private readonly FakeTimeProvider _clock;
    private readonly TestBroker _broker;
    private readonly ServiceHost<MailIntake> _intake;
    private readonly ServiceHost<DeskSetUp> _routing;
    private readonly HttpClient _lead, _counter;

    private AMonth(FakeTimeProvider clock, TestBroker broker, ServiceHost<MailIntake> intake, ServiceHost<DeskSetUp> routing)
    {
        (_clock, _broker, _intake, _routing) = (clock, broker, intake, routing);
        (_lead, _counter) = (routing.As(Callers.Lead), intake.As(Callers.Lead));
    }

    public static async Task<AMonth> BeginAsync()
    {
        var clock = new FakeTimeProvider(Start);
        var broker = await (await DeskServers.GetAsync()).ConnectAsync();
        var intake = await ServiceHost.StartAsync<MailIntake>("intake", new Testing.HostOptions { Broker = broker, Clock = clock });
        var month = new AMonth(clock, broker, intake, await ServiceHost.StartAsync<DeskSetUp>("routing", new Testing.HostOptions { Broker = broker, Clock = clock }));
        await broker.Hear<BlackHoleFound>();
        await month.HireAsync();
        return month;
    }

    public IReadOnlyList<Technician> Technicians { get; } = [.. Enumerable.Range(1, 17).Select(n => new Technician(
        new Caller(Guid.Parse($"0190f000-0000-7000-8000-{n:000000001000}"), $"Technician {n}", $"t{n:00}@desk.example", "agent", false, "sv")))];

    public IReadOnlyList<Leave> Leaves { get; } =
        [new("t03@desk.example", new(2026, 6, 8), new(2026, 6, 12)), new("t05@desk.example", new(2026, 6, 15), new(2026, 6, 15)), new("t09@desk.example", new(2026, 6, 9), new(2026, 6, 30))];

    public int Registered { get; private set; }

    public DateTimeOffset Now => _clock.GetUtcNow();

    public ServiceHost<DeskSetUp> Routing => _routing;

    public HttpClient Lead => _lead;

    public sealed record Technician(Caller Caller)
    {
        public HttpClient? Writes { get; set; }

        public HttpClient? Decides { get; set; }
    }

    public sealed record Leave(string Agent, DateOnly From, DateOnly To);

    /// <summary>Moves time, and waits until what it does is done.</summary>
    /// <param name="at">Until when.</param>
    /// <param name="staffed">Somebody is at work: what seeks a holder has found one.</param>
    public async Task UntilAsync(DateTimeOffset at, bool staffed = false)
    {
        if (at > Now)
            _clock.Advance(at - Now);
        await SettleAsync(staffed);
    }

    /// <summary>Moves time and waits for nothing.</summary>
    public void Tick(TimeSpan time) => _clock.Advance(time);

    public async Task TeamsAsync(Technician technician, params string[] teams)
        => await Ok(_lead.PutAsJsonAsync($"/api/v1/routing/agents/{technician.Caller.Id}", new { teams }));

    public async Task LeaveAsync(Technician technician, DateOnly from, DateOnly to)
        => await Ok(_lead.PostAsJsonAsync("/api/v1/routing/absences", new { agent = technician.Caller.Email, from, to, reason = "Semester" }));

    /// <summary>A contact by telephone.</summary>
    public async Task<string> RegisterAsync(string urgency, string category = "account.password")
    {
        var number = Registered++;
        using var answer = await Ok(_counter.PostAsJsonAsync("/api/v1/tickets", new
        {
            subject = $"Kommer inte in {number}",
            body = "Det står att lösenordet är fel.",
            requester = new { email = $"p{number % 200}@nordvik.example", name = $"Person {number % 200}" },
            channel = "phone",
            category,
            impact = "one",
            urgency,
        }));
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetString()!;
    }

    /// <summary>All that is open, as Intake shows it.</summary>
    public async Task<IReadOnlyList<OpenTicket>> OpenAsync()
    {
        var open = new List<OpenTicket>();
        string? after = null;
        do
        {
            var page = await _counter.GetFromJsonAsync<JsonElement>($"/api/v1/tickets?status=active&limit=200{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            open.AddRange(page.GetProperty("items").EnumerateArray().Select(item => new OpenTicket(
                item.GetProperty("number").GetString()!, item.GetProperty("status").GetString()!, item.GetProperty("requester").GetProperty("email").GetString()!,
                item.TryGetProperty("assignee", out var holder) && holder.GetString() is { } email ? Technicians.First(technician => technician.Caller.Email == email) : null)));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
        return open;
    }

    public sealed record OpenTicket(string Number, string Status, string Requester, Technician? Holder);

    /// <summary>Everybody who is there does something with each of their tickets: answers, asks, solves; when speaks, all who wait hear a word.</summary>
    public async Task WorkAsync(DateOnly today, bool speaks)
    {
        var open = (await OpenAsync()).Where(ticket => ticket.Holder is { } holder && !IsAway(holder, today)).Select(ticket => (ticket, _random.NextDouble())).ToList();
        await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (one, _) =>
        {
            var (ticket, dice) = one;
            if (ticket.Status == "waiting" && dice < .4)
                await Ok(As(ticket.Requester).PostAsJsonAsync($"/api/v1/tickets/{ticket.Number}/messages", new { text = "Det är likadant." }));
            if (ticket.Status == "new" || speaks)
                await SpeakAsync(ticket);
            if (ticket.Status == "waiting")
                return;
            if (dice > .45)
                await DoAsync(ticket, "resolve", new { solution = "Nytt lösenord." });
            else if (dice > .3)
                await DoAsync(ticket, "pause", new { @for = dice > .36 ? "requester" : "supplier", reason = "Väntar på besked." });
        });
    }

    public Task SpeakAsync(OpenTicket ticket)
        => Ok(ticket.Holder!.Writes!.PostAsJsonAsync($"/api/v1/tickets/{ticket.Number}/messages", new { text = "Hej! Vi arbetar med det." }));

    public Task DoAsync(OpenTicket ticket, string verb, object order) => Ok(ticket.Holder!.Decides!.PostAsJsonAsync($"/api/v1/tickets/{ticket.Number}/{verb}", order));

    public async Task PresenceAsync(Technician technician, string presence)
        => await Ok(technician.Decides!.PutAsJsonAsync($"/api/v1/routing/agents/{technician.Caller.Id}", new { presence }));

    public bool IsAway(Technician technician, DateOnly day) => Leaves.Any(leave => leave.Agent == technician.Caller.Email && day >= leave.From && day <= leave.To);

    /// <summary>What the monitor finds now.</summary>
    public async Task<IReadOnlyList<string>> HolesAsync()
    {
        var set = await _routing.Services.GetRequiredService<SetUpCache>().GetAsync(default);
        await Hosted<BlackHoleMonitor>().CheckAsync(set, Now, default);
        var list = await _lead.GetFromJsonAsync<JsonElement>("/api/v1/routing/blackholes");
        return [.. list.GetProperty("items").EnumerateArray().Select(hole => $"{hole.GetProperty("number").GetString()} {hole.GetProperty("reason").GetString()}").Order(StringComparer.Ordinal)];
    }

    /// <summary>The monitor says of its own accord that the ticket is in a hole, and which.</summary>
    public Task FoundAsync(string number, string reason) => _broker.Next<BlackHoleFound>(hole => hole.Number == number && hole.Reason == reason && !hole.Mended);

    /// <summary>It says that it is no longer.</summary>
    public Task MendedAsync(string number) => _broker.Next<BlackHoleFound>(hole => hole.Number == number && hole.Mended);

    /// <summary>Holes that it found and nobody asked about.</summary>
    public IEnumerable<string> FoundBesides => _broker.Heard<BlackHoleFound>().Where(hole => !hole.Mended).Select(hole => $"{hole.Number} {hole.Reason}");

    /// <summary>The set-up of a kind with its items as they become.</summary>
    public async Task ChangeAsync(string kind, Action<JsonArray> change)
    {
        var items = (await _lead.GetFromJsonAsync<JsonObject>($"/api/v1/routing/{kind}"))!["items"]!.DeepClone().AsArray();
        change(items);
        await PutAsync(kind, new JsonObject { ["items"] = items });
    }

    public async Task PutAsync(string kind, object document) => await Ok(_lead.PutAsJsonAsync($"/api/v1/routing/{kind}", document));

    public async Task ActiveAsync(Technician technician, bool active)
    {
        await _broker.Say(technician.Caller.Id, new AccountChanged(technician.Caller.Id, technician.Caller.Email!, technician.Caller.Name, Role.Agent, "sv", active, Now));
        await Wait.Until(async () => await _routing.Value<bool>("select active from agent where id = $1", technician.Caller.Id) == active, "Routing has heard of the account", Patience);
    }

    public T Hosted<T>() where T : class => _routing.Services.GetServices<IHostedService>().OfType<T>().First();

    public async ValueTask DisposeAsync()
    {
        await _routing.DisposeAsync();
        await _intake.DisposeAsync();
        await _broker.DisposeAsync();
    }

    private async Task HireAsync()
    {
        await _broker.Say(Callers.Lead.Id, new AccountChanged(Callers.Lead.Id, Callers.Lead.Email!, Callers.Lead.Name, Role.Lead, "sv", true, Now));
        foreach (var technician in Technicians)
        {
            await ActiveAsync(technician, true);
            (technician.Writes, technician.Decides) = (_intake.As(technician.Caller), _routing.As(technician.Caller));
            await TeamsAsync(technician, "service-desk");
        }
        await Wait.Until(async () => await _intake.Value<long>("select count(*) from account") == Technicians.Count + 1, "Intake knows who works here", Patience);
        var order = Technicians.Select(technician => technician.Caller.Email).ToArray();
        string[] days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
        await PutAsync("shifts", new
        {
            items = new object[]
            {
                new { key = "day", sv = "Dag", en = "Day", team = "service-desk", days, from = "08:00", to = "17:00", calendar = "office", need = 10, agents = order },
                new { key = "phone", sv = "Telefon", en = "Phone", team = "service-desk", days, from = "07:00", to = "17:00", calendar = "office" },
            },
        });
        // Each of seventeen at the telephone every seventeenth working day.
        await PutAsync("rotations", new { items = new[] { new { key = "turns", sv = "Tur", en = "Turns", shift = "phone", starts = "2026-06-01", agents = order } } });
        foreach (var leave in Leaves)
            await LeaveAsync(Technicians.First(technician => technician.Caller.Email == leave.Agent), leave.From, leave.To);
    }

    /// <summary>
    /// Until nothing is due and nothing is on its way: the watcher has taken what time did, both outboxes are empty, and Intake's copies are as new as
    /// Routing's own.
    /// </summary>
    private Task SettleAsync(bool staffed) => Wait.Until(
        async () =>
        {
            Hosted<Watcher>().Wake();
            Hosted<HandOut>().Wake();
            return (!staffed || await _routing.Value<long>("select count(*) from work_item where seeks") == 0)
                && await _routing.Value<long>("select count(*) from work_item where wake_at <= $1", Now) == 0
                && await _routing.Value<long>("select count(*) from messaging.outbox") + await _intake.Value<long>("select count(*) from messaging.outbox") == 0
                && await _intake.Value<long>("select count(*) from ticket") == await _routing.Value<long>("select count(*) from work_item")
                && await _intake.Value<decimal>("select coalesce(sum(work_version), 0)::numeric from ticket") == await _routing.Value<decimal>("select coalesce(sum(version), 0)::numeric from work_item");
        },
        "all that was said has been heard", Patience);

    private HttpClient As(string requester) => _intake.As(Callers.Requester with { Id = Guid.CreateVersion7(), Email = requester, Name = requester });

    private static async Task<HttpResponseMessage> Ok(Task<HttpResponseMessage> asked)
    {
        var answer = await asked;
        return answer.IsSuccessStatusCode
            ? answer
            : throw new InvalidOperationException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }
}
