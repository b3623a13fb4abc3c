using System.Text.Json.Nodes;
using Desk.Routing.Watch;

namespace Desk.SystemTests.Months;

/// <summary>No request falls into a black hole, over a month and over the broker.</summary>
public sealed class NoBlackHole
{
    // A working day's steps, 08:06, 10:36, 13:06 and 16:45, as hours after 07:00: the first and the third give everybody who waits a word.
    private static readonly double[] Steps = [1.1, 3.6, 6.1, 9.75];

    [Fact]
    public async Task A_month_of_seventeen_technicians_has_none()
    {
        await using var month = await AMonth.BeginAsync();
        var (open, checks) = (0, 0);
        for (var day = AMonth.Start; day < AMonth.Start.AddDays(30); day = day.AddDays(1))
        {
            var today = DateOnly.FromDateTime(day.UtcDateTime);
            // The national day is a Saturday that year; Midsummer's Eve is closed.
            var works = today.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && today != new DateOnly(2026, 6, 19);
            foreach (var (step, hours) in (works ? Steps : [4, 12]).Index())
            {
                await month.UntilAsync(day.AddHours(hours), staffed: works);
                if (works && step == 0)
                    await ComeAndGoAsync(month, today, "available", (leave, date) => leave.To.AddDays(1) == date);
                for (var n = works ? 4 : 1; n > 0; n--)
                    await month.RegisterAsync((n % 3) switch { 0 => "low", 1 => "medium", _ => "high" });
                if (works)
                    await month.WorkAsync(today, speaks: step is 0 or 2);
                await month.UntilAsync(month.Now);
                if (works && step == Steps.Length - 1)
                    await ComeAndGoAsync(month, today, "handBack", (leave, date) => NextWorkingDay(date) >= leave.From && date < leave.From);
                await month.UntilAsync(month.Now);
                var holes = await month.HolesAsync();
                Assert.True(holes.Count == 0, $"{month.Now:ddd d HH:mm}Z: {string.Join(", ", holes)}");
                open = Math.Max(open, (await month.OpenAsync()).Count);
                checks++;
            }
        }
        // It was a month worth the name.
        var handedBack = await month.Routing.Value<long>("select count(*) from timeline where kind = 'assigned' and fact::text like '%handBack%'");
        Assert.True(month.Registered > 300 && open > 10 && checks > 90 && handedBack > 0, $"{month.Registered} registered, {open} open at most, {checks} checks, {handedBack} handed back");
    }

    [Fact]
    public async Task Of_ten_things_that_go_wrong_each_is_named_and_nothing_else_and_is_cleared_when_mended()
    {
        await using var month = await AMonth.BeginAsync();
        await month.UntilAsync(AMonth.Start.AddHours(3));
        var (gone, onLeave, specialist) = (month.Technicians[0], month.Technicians[1], month.Technicians[16]);
        async Task<AMonth.OpenTicket> HeldAsync(AMonth.Technician holder, string urgency = "medium", string category = "account.password")
        {
            var number = await month.RegisterAsync(urgency, category);
            await month.UntilAsync(month.Now);
            var ticket = new AMonth.OpenTicket(number, "new", "", holder);
            await month.DoAsync(ticket, "assign", new { assignee = holder.Caller.Email });
            await month.SpeakAsync(ticket);
            await month.UntilAsync(month.Now);
            return ticket;
        }
        async Task WrongAsync(string reason, AMonth.OpenTicket ticket, Func<Task> goesWrong, Func<Task> isMended)
        {
            Assert.Empty(await month.HolesAsync());
            await goesWrong();
            // What changes the set-up is looked at at once, the rest within a minute.
            month.Tick(TimeSpan.FromSeconds(61));
            await month.FoundAsync(ticket.Number, reason);
            Assert.Equal([$"{ticket.Number} {reason}"], await month.HolesAsync());
            await isMended();
            await month.UntilAsync(month.Now.AddSeconds(61));
            await month.MendedAsync(ticket.Number);
        }
        Task Wreck(string change, AMonth.OpenTicket ticket) => month.Routing.Value<object>($"update work_item set {change} where number = $1", ticket.Number);

        // Whose holder is not here is handed on before anybody can name it, unless what wakes tickets stands still.
        var watcher = month.Hosted<Watcher>();
        await watcher.StopAsync(default);
        var first = await HeldAsync(gone);
        await WrongAsync("holderGone", first, () => month.ActiveAsync(gone, false), () => watcher.StartAsync(default));
        await month.DoAsync(first with { Holder = specialist }, "close", new { reason = "Klart." });
        await watcher.StopAsync(default);
        var second = await HeldAsync(onLeave);
        await WrongAsync("holderOffDuty", second, () => month.LeaveAsync(onLeave, new(2026, 6, 1), new(2026, 8, 31)), () => watcher.StartAsync(default));

        var third = await HeldAsync(month.Technicians[2]);
        await WrongAsync("noHolder", third, () => Wreck("team = null, assignee_id = null", third), () => month.DoAsync(third, "assign", new { assignee = month.Technicians[3].Caller.Email }));
        await WrongAsync("noNextStep", third, () => Wreck("next_step = null, next_step_at = null", third), () => month.SpeakAsync(third));
        await WrongAsync("stuck", third, () => Wreck("stuck_at = now()", third), () => month.SpeakAsync(third));

        // A team of one, who is at lunch.
        await month.TeamsAsync(specialist, "service-desk", "applications");
        await month.PresenceAsync(specialist, "away");
        var system = new AMonth.OpenTicket(await month.RegisterAsync("low", "business.system"), "new", "", specialist);
        await month.UntilAsync(month.Now);
        await WrongAsync("teamEmpty", system, () => month.TeamsAsync(specialist, "service-desk"), () => month.TeamsAsync(specialist, "service-desk", "applications"));
        await WrongAsync("teamOffDuty", system,
            () => month.ChangeAsync("shifts", items => items.Add(JsonNode.Parse("""{"key":"apps","sv":"System","en":"Systems","team":"applications","days":["monday"],"from":"08:00","to":"17:00","calendar":"office"}"""))),
            () => month.ChangeAsync("shifts", items => items.RemoveAt(items.Count - 1)));
        JsonNode? team = null;
        await month.ChangeAsync("categories", items => items.First(item => (string?)item!["key"] == "business.system")!["team"] = "service-desk");
        await WrongAsync("teamGone", system,
            () => month.ChangeAsync("teams", items => { team = items.First(item => (string?)item!["key"] == "applications")!.DeepClone(); items.Remove(items.First(item => (string?)item!["key"] == "applications")); }),
            () => month.ChangeAsync("teams", items => items.Add(team!)));

        // A calendar without an hour in it, for one category alone.
        await month.ChangeAsync("calendars", items =>
        {
            var own = items[0]!.DeepClone();
            own["key"] = "own";
            items.Add(own);
        });
        await month.ChangeAsync("agreements", items =>
        {
            var own = items[0]!.DeepClone();
            (own["key"], own["calendar"], own["categories"]) = ("own", "own", new JsonArray("security"));
            items.Add(own);
        });
        var timeless = await HeldAsync(month.Technicians[4], category: "security");
        JsonNode? hours = null;
        await WrongAsync("noTime", timeless,
            () => month.ChangeAsync("calendars", items => { hours = items[^1]!["hours"]!.DeepClone(); items[^1]!["hours"] = new JsonObject(); }),
            () => month.ChangeAsync("calendars", items => items[^1]!["hours"] = hours!));

        // Nobody is late, for its clocks stand still; but a working day has gone without a word.
        foreach (var ticket in await month.OpenAsync())
            await month.DoAsync(ticket with { Holder = month.Technicians[5] }, "close", new { reason = "Klart." });
        var silent = await HeldAsync(month.Technicians[6], "high");
        await month.DoAsync(silent, "pause", new { @for = "supplier", reason = "Ny router." });
        await WrongAsync("silent", silent, () => month.UntilAsync(AMonth.Start.AddDays(1).AddHours(9)), () => month.SpeakAsync(silent));

        Assert.Empty(month.FoundBesides);
    }

    private static async Task ComeAndGoAsync(AMonth month, DateOnly today, string presence, Func<AMonth.Leave, DateOnly, bool> when)
    {
        foreach (var leave in month.Leaves.Where(leave => when(leave, today)))
            await month.PresenceAsync(month.Technicians.First(technician => technician.Caller.Email == leave.Agent), presence);
    }

    private static DateOnly NextWorkingDay(DateOnly day) => day.DayOfWeek == DayOfWeek.Friday ? day.AddDays(3) : day.AddDays(1);
}
