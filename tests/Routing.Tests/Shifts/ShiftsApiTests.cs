using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;

namespace Desk.Routing.Tests.Shifts;

[Collection(RoutingDesk.Collection)]
public sealed class ShiftsApiTests(RoutingDesk desk)
{
    [Fact]
    public async Task A_lead_plans_agents_are_away_swap_and_fetch_their_calendar()
    {
        var (one, two) = (Somebody("one"), Somebody("two"));
        await desk.Hire(one, "applications");
        await desk.Hire(two, "applications");
        var lead = desk.Host.As(Callers.Lead);
        await Put(lead, "shifts", """{"items":[{"key":"apps","sv":"Systempass","en":"Systems","team":"applications","days":["monday","tuesday","wednesday","thursday","friday"],"from":"08:00","to":"17:00","calendar":"office"}]}""");
        await Put(lead, "rotations", """{"items":[{"key":"apps-turns","sv":"Tur","en":"Turns","shift":"apps","starts":"2026-06-01","agents":["one@desk.example","two@desk.example"]}]}""");
        try
        {
            Assert.Equal(["one", "two", "one", "two", "one"], await Week(one));

            // Away on the Wednesday: the two change turns.
            Assert.Equal(HttpStatusCode.NoContent, (await desk.Host.As(one).PostAsync("/api/v1/routing/absences", Json("""{"from":"2026-06-03","to":"2026-06-03","reason":"Tandläkare"}"""))).StatusCode);
            Assert.Equal(["one", "two", "two", "one", "one"], await Week(one));
            Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(one).PostAsync("/api/v1/routing/absences", Json("""{"agent":"two@desk.example","from":"2026-06-03","to":"2026-06-03"}"""))).StatusCode);

            Assert.Equal(HttpStatusCode.NoContent, (await desk.Host.As(one).PutAsync("/api/v1/routing/swaps", Json("""{"rotation":"apps-turns","date":"2026-06-05","agent":"two@desk.example"}"""))).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(one).PutAsync("/api/v1/routing/swaps", Json("""{"rotation":"apps-turns","date":"2026-06-02","agent":"one@desk.example"}"""))).StatusCode);
            Assert.Equal(["one", "two", "two", "one", "two"], await Week(two));

            Assert.Equal(HttpStatusCode.NoContent, (await desk.Host.As(one).PostAsync("/api/v1/routing/handovers", Json("""{"shift":"apps","words":"Allt lugnt"}"""))).StatusCode);
            var roster = await desk.Host.As(two).GetFromJsonAsync<JsonElement>("/api/v1/routing/roster?from=2026-06-01&to=2026-06-05");
            Assert.Contains("Allt lugnt", roster.GetProperty("handOvers").GetRawText(), StringComparison.Ordinal);
            Assert.Equal("Tandläkare", roster.GetProperty("absences")[0].GetProperty("reason").GetString());

            var days = await desk.Host.As(two).PostAsync("/api/v1/routing/absences/ics", new StringContent("BEGIN:VEVENT\nUID:x\nDTSTART;VALUE=DATE:20260608\nDTEND;VALUE=DATE:20260613\nSUMMARY:Semester\nEND:VEVENT\n", System.Text.Encoding.UTF8, "text/calendar"));
            Assert.True(days.IsSuccessStatusCode, await days.Content.ReadAsStringAsync());

            var feed = await desk.Host.As(one).GetFromJsonAsync<JsonElement>("/api/v1/routing/feed");
            var path = feed.GetProperty("path").GetString()!;
            var calendar = await desk.Host.Anonymous().GetAsync(path);
            Assert.Equal("text/calendar", calendar.Content.Headers.ContentType!.MediaType);
            Assert.Equal(HttpStatusCode.NotFound, (await desk.Host.Anonymous().GetAsync(path.Replace("feeds/", "feeds/x", StringComparison.Ordinal))).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await desk.Host.Anonymous().GetAsync("/api/v1/routing/feeds/what.ever/duty.ics")).StatusCode);

            // A new link, and the old one is dead.
            var renewed = (await (await desk.Host.As(one).PostAsync("/api/v1/routing/feed", null)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("path").GetString()!;
            Assert.Equal(HttpStatusCode.OK, (await desk.Host.Anonymous().GetAsync(renewed)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await desk.Host.Anonymous().GetAsync(path)).StatusCode);

            var read = await lead.PostAsync("/api/v1/routing/calendars/ics", new StringContent("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260608\nDTEND;VALUE=DATE:20260610\nSUMMARY:Studiedagar\nEND:VEVENT\n", System.Text.Encoding.UTF8, "text/calendar"));
            Assert.Equal(["2026-06-08", "2026-06-09"], (await read.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").EnumerateArray().Select(day => day.GetProperty("date").GetString()));
        }
        finally
        {
            await Put(lead, "rotations", """{"items":[]}""");
            await Put(lead, "shifts", """{"items":[]}""");
        }
    }

    private async Task<IEnumerable<string?>> Week(Caller caller)
        => (await desk.Host.As(caller).GetFromJsonAsync<JsonElement>("/api/v1/routing/roster?from=2026-06-01&to=2026-06-05")).GetProperty("duties").EnumerateArray().Select(duty => duty.GetProperty("name").GetString());

    private static async Task Put(HttpClient lead, string kind, string document)
    {
        var written = await lead.PutAsync($"/api/v1/routing/{kind}", Json(document));
        Assert.True(written.IsSuccessStatusCode, await written.Content.ReadAsStringAsync());
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static Caller Somebody(string name) => Callers.Agent with { Id = Guid.CreateVersion7(), Email = $"{name}@desk.example", Name = name };
}
