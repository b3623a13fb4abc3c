using Desk.Contracts;
using Desk.Routing.Calendars;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.Routing.Shifts;
using Desk.Routing.Tests.Calendars;
using Desk.Routing.Tests.Work;
using Desk.Routing.Watch;
using Desk.Routing.Work;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Desk.Routing.Tests.Watch;

/// <summary>
/// No black hole: a month of a desk with seventeen technicians, and ten things that go wrong. The tickets live by the desk's own decisions, in memory and in
/// their own time; the monitor looks at them as rows of the real database.
/// </summary>
public sealed class MonthTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 5, 0, 0, TimeSpan.Zero);
    private static readonly string[] Weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"];

    private ServiceHost<DeskSetUp> _host = null!;

    public async Task InitializeAsync() => _host = await ServiceHost.StartAsync<DeskSetUp>("routing", new HostOptions { Clock = new FakeTimeProvider(Start) });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_month_of_seventeen_technicians_has_no_black_hole()
    {
        var month = new Month(seed: 17);
        var (checks, open) = (0, 0);
        for (var at = Start; at < Start.AddDays(30); at = at.AddHours(6))
        {
            month.RunUntil(at);
            await WriteAsync(month.Open);
            Assert.Empty(await HolesAsync(month.Desk(at), at));
            (checks, open) = (checks + 1, Math.Max(open, month.Open.Count));
        }
        // It was a month worth the name: busy, with hand-backs, pauses and turns that were changed.
        Assert.True(month.Registered > 500 && month.Resolved > .8 * month.Registered && open > 20 && checks == 120, $"{month.Registered} registered, {month.Resolved} solved, {open} open at most");
        Assert.True(month.HandedBack > 0 && month.Desk(Start).Duties.Between(new DateOnly(2026, 6, 1), new DateOnly(2026, 6, 30)).Any(duty => duty.Why == "leave"));
    }

    [Fact]
    public async Task Of_ten_things_that_go_wrong_each_is_named_and_nothing_else_and_is_cleared_when_mended()
    {
        var now = Start.AddHours(6);
        var desk = Given.Desk with { Duties = new DutyPlan([], [], [], [], Given.Desk.Calendars.ToDictionary(calendar => calendar.Key.Key, calendar => calendar.Value)) };
        var (annas, networks, supplier) = (
            Ticket("D-1", Given.Anna, "service-desk"), Ticket("D-2", null, "network"),
            Ticket("D-3", Given.Bo, "service-desk").With([new Paused(Given.Nine, Given.TheDesk, WaitingFor.Supplier, Given.Nine.AddDays(60), null)], 2));
        Outcome[] rows = [.. new[] { annas, networks, supplier }.Select(ticket => Outcome.Of(ticket, [], desk, Given.Nine))];
        var closed = new Dictionary<(string, long), Calendar>(desk.Calendars) { [("office", 2)] = new CalendarSpec("office", null, null, "Europe/Stockholm", null, null).Build().Calendar! };
        var emptied = desk with { Calendars = closed, CalendarsVersion = 2 };
        Shift Nobodys(string team) => new("s", "S", "S", team, Weekdays, "08:00", "17:00", "office");

        (string Reason, string Number, DeskSetUp Desk, string? Sql, Outcome[] Rows, DateTimeOffset At)[] faults =
        [
            ("holderGone", "D-1", desk with { Agents = [.. desk.Agents.Select(agent => agent.Id == Given.Anna.Id ? agent with { Active = false } : agent)] }, null, rows, now),
            ("holderOffDuty", "D-1", desk with { Duties = new DutyPlan([], [], [new Absence(Guid.Empty, Given.Anna.Email, new DateOnly(2026, 5, 30), new DateOnly(2026, 6, 30))], [], new Dictionary<string, Calendar>()) }, null, rows, now),
            ("teamGone", "D-2", desk with { Teams = [.. desk.Teams.Where(team => team.Key != "network")] }, null, rows, now),
            ("teamEmpty", "D-2", desk with { Agents = [Given.Anna, Given.Bo] }, null, rows, now),
            ("teamOffDuty", "D-2", desk with { Duties = new DutyPlan([Nobodys("network")], [], [], [], new Dictionary<string, Calendar>()) }, null, rows, now),
            ("noTime", "D-1", emptied, null, [Outcome.Of(annas, Waking.Decide(annas, new Deciding(emptied, Given.TheDesk, now, Standing.Nothing)), emptied, now), .. rows.Skip(1)], now),
            ("noHolder", "D-1", desk, "update work_item set team = null, assignee_id = null where number = 'D-1'", rows, now),
            ("noNextStep", "D-1", desk, "update work_item set next_step = null, next_step_at = null where number = 'D-1'", rows, now),
            ("stuck", "D-1", desk, "update work_item set stuck_at = now() where number = 'D-1'", rows, now),
            // Nobody is late, for its clocks stand still; but two working days have gone without a word.
            ("silent", "D-3", desk, "update work_item set silent_at = null where number <> 'D-3'", rows, Given.Nine.AddDays(3)),
        ];

        foreach (var fault in faults)
        {
            await WriteAsync(rows);
            Assert.Empty(await HolesAsync(desk, now));
            await WriteAsync(fault.Rows);
            if (fault.Sql is { } sql)
                await _host.Value<object>(sql);
            Assert.Equal([(fault.Number, fault.Reason)], await HolesAsync(fault.Desk, fault.At));
        }
        await WriteAsync(rows);
        Assert.Empty(await HolesAsync(desk, now));
        Assert.Equal(10, faults.Select(fault => fault.Reason).Distinct().Count());
    }

    [Fact]
    public async Task The_lead_hears_of_all_that_one_check_finds_in_one_message()
    {
        await _host.Broker.Hear<BlackHolesReported>();
        await WriteAsync([.. Enumerable.Range(0, 60).Select(n => Outcome.Of(Ticket($"D-{n}", null, "workplace"), [], Given.Desk, Given.Nine))]);

        await HolesAsync(Given.Desk, Given.Nine);

        var report = await _host.Broker.Next<BlackHolesReported>(it => it.To == Given.Leif.Email);
        Assert.Equal((60, 50, "teamEmpty"), (report.Total, report.Holes.Count, report.Holes[0].Reason));
    }

    private static Dossier Ticket(string number, Agent? holder, string team)
    {
        var facts = Given.Ticket().Facts.ToList();
        facts[0] = (Registered)facts[0] with { Number = number, TicketId = Guid.CreateVersion7() };
        return new Dossier(1, [facts[0], facts[1], new Assigned(Given.Nine, Given.TheDesk, team, holder?.Id, holder?.Name, null)]);
    }

    private async Task<IReadOnlyList<(string Number, string Reason)>> HolesAsync(DeskSetUp desk, DateTimeOffset now)
    {
        var monitor = _host.Services.GetRequiredService<BlackHoleMonitor>();
        await monitor.CheckAsync(desk, now, default);
        return [.. (await monitor.ListAsync(default)).Items.Select(hole => (hole.Number, hole.Reason))];
    }

    /// <summary>The open tickets as rows, as the store would have them; nothing wakes them, for the month runs by itself.</summary>
    private async Task WriteAsync(IReadOnlyCollection<Outcome> tickets)
    {
        await using var batch = _host.DataSource.CreateBatch();
        // Those known before stay as what is over, so that what is mended can be said of them.
        batch.BatchCommands.Add(new("update work_item set status = 'closed'"));
        foreach (var ticket in tickets)
        {
            var item = ticket.After.Item;
            var row = new NpgsqlBatchCommand("""
                insert into work_item (ticket_id, number, version, status, type, impact, urgency, priority, team, assignee_id, requester_email, channel, registered_at, updated_at,
                    next_step, next_step_at, silent_at, words)
                values ($1, $2, 1, $3, 'incident', 'one', 'medium', 4, $4, $5, 'x@y', 'web', $6, $6, $7, $8, $9, '')
                on conflict (ticket_id) do update set status = excluded.status, team = excluded.team, assignee_id = excluded.assignee_id, next_step = excluded.next_step,
                    next_step_at = excluded.next_step_at, silent_at = excluded.silent_at, stuck_at = null
                """);
            foreach (var (value, type) in new (object?, NpgsqlTypes.NpgsqlDbType)[]
            {
                (item.TicketId, NpgsqlTypes.NpgsqlDbType.Uuid), (item.Number, NpgsqlTypes.NpgsqlDbType.Text), (item.Status.ToWord(), NpgsqlTypes.NpgsqlDbType.Text), (item.Team, NpgsqlTypes.NpgsqlDbType.Text),
                (item.AssigneeId, NpgsqlTypes.NpgsqlDbType.Uuid), (item.RegisteredAt, NpgsqlTypes.NpgsqlDbType.TimestampTz), (ticket.Next.Code, NpgsqlTypes.NpgsqlDbType.Text),
                (ticket.Next.At, NpgsqlTypes.NpgsqlDbType.TimestampTz), (ticket.SilentAt, NpgsqlTypes.NpgsqlDbType.TimestampTz),
            })
            {
                row.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
            }
            batch.BatchCommands.Add(row);
        }
        await batch.ExecuteNonQueryAsync();
    }

    /// <summary>A desk at work: contacts come by day and some by night, technicians answer, ask, wait, solve, speak up, take leave and have turns at the telephone.</summary>
    private sealed class Month
    {
        private readonly Random _random;
        private readonly Dictionary<Guid, Outcome> _tickets = [], _open = [];
        private readonly PriorityQueue<Action<DateTimeOffset>, (DateTimeOffset, int)> _agenda = new();
        private readonly Dictionary<DateOnly, DeskSetUp> _desks = [];
        private readonly IReadOnlyList<Agent> _technicians = [.. Enumerable.Range(1, 17).Select(n => new Agent(
            Guid.Parse($"0190f000-0000-7000-8000-{n:000000000000}"), $"t{n:00}@desk.example", $"Technician {n}", Role.Agent, true, Presence.Available, ["service-desk"]))];
        private readonly IReadOnlyList<Absence> _leave;
        private readonly DutyPlan _duties;
        private int _planned;
        private Standing? _standing;

        public Month(int seed)
        {
            _random = new Random(seed);
            _leave =
            [
                new(Guid.Empty, "t03@desk.example", new(2026, 6, 8), new(2026, 6, 12)), new(Guid.Empty, "t09@desk.example", new(2026, 6, 9), new(2026, 6, 30)),
                new(Guid.Empty, "t14@desk.example", new(2026, 6, 22), new(2026, 6, 26), null, "t02@desk.example"), new(Guid.Empty, "t05@desk.example", new(2026, 6, 15), new(2026, 6, 15)),
            ];
            var order = _technicians.Select(agent => agent.Email).ToList();
            _duties = new DutyPlan(
                [
                    new("day", "Dag", "Day", "service-desk", Weekdays, "08:00", "17:00", "office", 10, Agents: order),
                    new("phone", "Telefon", "Phone", "service-desk", Weekdays, "07:00", "17:00", "office"),
                ],
                [new("turns", "Tur", "Turns", "phone", new(2026, 6, 1), order)], _leave, [], new Dictionary<string, Calendar> { ["office"] = Offices.Stockholm });

            for (var day = Start; day < Start.AddDays(30); day = day.AddDays(1))
            {
                var works = Offices.Stockholm.IsOpen(day.AddHours(5));
                for (var n = _random.Next(works ? 25 : 2, works ? 36 : 6); n > 0; n--)
                    Plan(day.AddMinutes(works && _random.Next(10) > 0 ? 60 + _random.Next(540) : _random.Next(1440)), Register);
                // When the day is over, what those on leave from tomorrow hold goes to others; who works looks around every half hour.
                Plan(day.AddMinutes(1), WakeAll);
                Plan(day.AddHours(10).AddMinutes(1), WakeAll);
                for (var slot = 0; slot < 18; slot++)
                    Plan(day.AddMinutes(61 + 30 * slot), Work);
            }
        }

        public int Registered { get; private set; }

        public int Resolved { get; private set; }

        public int HandedBack { get; private set; }

        public IReadOnlyCollection<Outcome> Open => [.. _open.Values];

        public DeskSetUp Desk(DateTimeOffset at)
        {
            var today = DateOnly.FromDateTime(at.AddHours(2).UtcDateTime);
            return _desks.TryGetValue(today, out var known) ? known : _desks[today] = Given.Desk with
            {
                Agents = [.. _technicians.Select(agent => _leave.Any(leave => leave.Covers(agent.Email, today)) ? agent with { Presence = Presence.HandBack } : agent), Given.Leif],
                Duties = _duties,
            };
        }

        public void RunUntil(DateTimeOffset until)
        {
            while (_agenda.TryPeek(out var act, out var when) && when.Item1 <= until)
            {
                _agenda.Dequeue();
                act(when.Item1);
            }
        }

        private void Plan(DateTimeOffset at, Action<DateTimeOffset> act) => _agenda.Enqueue(act, (at, _planned++));

        private void Register(DateTimeOffset now)
        {
            var desk = Desk(now);
            var person = new Person(Guid.CreateVersion7(), $"p{_random.Next(300)}@nordvik.example", null, null, "sv", null, null);
            var registered = new TicketRegistered(
                Guid.CreateVersion7(), $"D-{++Registered}", now, Channel.Mail, person, "Lösenord", "", Guid.CreateVersion7(), null, "account.password",
                (Impact)_random.Next(2), (Urgency)_random.Next(3), false, true, null, null, []);
            Keep(Outcome.Of(Dossier.Empty, Registering.Decide(registered, Registering.Sort(registered, desk, _ => null), desk, Standing(), now), desk, now));
        }

        private void WakeAll(DateTimeOffset now)
        {
            foreach (var ticket in Open)
                Wake(ticket.After.Item.TicketId, now);
        }

        private void Wake(Guid id, DateTimeOffset now)
        {
            var ticket = _tickets[id].After;
            var facts = Waking.Decide(ticket, new Deciding(Desk(now), Given.TheDesk, now, Standing()));
            HandedBack += facts.Count(fact => fact is Assigned { Why: "handBack" or "offDuty" });
            Keep(Outcome.Of(ticket, facts, Desk(now), now));
        }

        private void Work(DateTimeOffset now)
        {
            var desk = Desk(now);
            // What found nobody at night is handed out in the morning.
            foreach (var ticket in Open.Where(ticket => ticket.After.Item is { Seeks: true, AssigneeId: null }).OrderBy(ticket => ticket.Work.KeepBy))
            {
                if (Choice.Of(desk, desk.Team(ticket.After.Item.Team), Seeking.Of(ticket.After.Item), Standing(), now) is { } holder)
                    Do(ticket, now, new Assigned(now, Given.TheDesk, ticket.After.Item.Team, holder.Id, holder.Name, null));
            }
            foreach (var agent in desk.Agents.Where(agent => agent.Role == Role.Agent && desk.Duties.IsOn(agent, "service-desk", now)))
            {
                var by = new Actor(ActorKind.Agent, agent.Id, agent.Name);
                var mine = Open.Where(ticket => ticket.After.Item.AssigneeId == agent.Id).OrderBy(ticket => ticket.Work.KeepBy).ToList();
                foreach (var silent in mine.Where(ticket => ticket.SilentAt is { } at && Offices.Stockholm.Between(now, at) < TimeSpan.FromMinutes(45)))
                    Do(silent, now, Reply(_tickets[silent.After.Item.TicketId], by, now));
                if (mine.Find(ticket => ticket.After.Item.Status != TicketStatus.Waiting) is { } next)
                    Do(_tickets[next.After.Item.TicketId], now, Next(_tickets[next.After.Item.TicketId], by, now));
            }
        }

        private Fact[] Next(Outcome ticket, Actor by, DateTimeOffset now)
        {
            var id = ticket.After.Item.TicketId;
            switch (ticket.After.Item.Status == TicketStatus.New ? 0 : _random.Next(1, 8))
            {
                case 0 or 1:
                    return Reply(ticket, by, now);
                case 2:
                    // Some answer, some never do: then the desk asks after it.
                    if (_random.Next(4) > 0)
                        Plan(now.AddHours(1 + _random.Next(60)), at => { if (_tickets[id].After.Item.WaitingFor == WaitingFor.Requester) Do(_tickets[id], at, new RequesterWrote(at, Given.Rut, Guid.CreateVersion7(), false), new Resumed(at, Given.Rut, null)); });
                    else
                        Plan(now.AddDays(6), at => { if (_tickets[id].After.Item.IsOpen) Do(_tickets[id], at, new Closed(at, by, "no answer")); });
                    return [.. Reply(ticket, by, now), .. PauseTicket.Decide(ticket.After.Item, WaitingFor.Requester, null, null, new Deciding(Desk(now), by, now, Standing()))];
                case 3:
                    Plan(now.AddHours(2 + _random.Next(90)), at => { if (_tickets[id].After.Item.WaitingFor == WaitingFor.Supplier) Do(_tickets[id], at, new Resumed(at, by, null)); });
                    return [.. PauseTicket.Decide(ticket.After.Item, WaitingFor.Supplier, null, null, new Deciding(Desk(now), by, now, Standing()))];
                default:
                    Resolved++;
                    return [.. ResolveTicket.Decide(ticket.After.Item, "solved", null, new Deciding(Desk(now), by, now, Standing()))];
            }
        }

        private static Fact[] Reply(Outcome ticket, Actor by, DateTimeOffset now) => ticket.After.Item.Status == TicketStatus.New
            ? [new AgentWrote(now, by, Guid.CreateVersion7()), new Opened(now, by)]
            : [new AgentWrote(now, by, Guid.CreateVersion7())];

        private void Do(Outcome ticket, DateTimeOffset now, params Fact[] facts) => Keep(Outcome.Of(ticket.After, facts, Desk(now), now));

        private void Keep(Outcome outcome)
        {
            var id = outcome.After.Item.TicketId;
            (_tickets[id], _standing) = (outcome, null);
            if (outcome.After.Item.IsOpen)
                _open[id] = outcome;
            else
                _open.Remove(id);
            if (outcome.WakeAt is { } at)
                Plan(at, now => { if (_tickets[id].WakeAt <= now) Wake(id, now); });
        }

        private Standing Standing() => _standing ??= new(
            _open.Values.Where(ticket => ticket.After.Item.AssigneeId is not null).CountBy(ticket => (ticket.After.Item.AssigneeId!.Value, ticket.After.Item.Channel)).ToDictionary(),
            new Dictionary<Guid, DateTimeOffset>());
    }
}
