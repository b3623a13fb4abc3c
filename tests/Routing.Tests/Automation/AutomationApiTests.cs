using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.Routing.SetUp;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Desk.Routing.Tests.Automation;

/// <summary>Triggers, reminders and checklists as they run: with two replicas on the real servers.</summary>
public sealed class AutomationApiTests
{
    private static readonly DateTimeOffset Nine = new(2026, 6, 1, 7, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task With_two_replicas_a_time_comes_once_a_storm_is_stopped_and_a_reminder_falls_once()
    {
        const int Tickets = 40;
        var clock = new FakeTimeProvider(Nine);
        await using var one = await ServiceHost.StartAsync<DeskSetUp>("routing", new HostOptions { Clock = clock });
        await using var two = await ServiceHost.StartAsync<DeskSetUp>("routing", new HostOptions { Clock = clock, Broker = one.Broker, Database = one.Database });
        var (broker, lead, agent) = (one.Broker, one.As(Callers.Lead), one.As(Callers.Agent));
        await broker.Hear<TriggerSpoke>();
        await broker.Hear<AgentTold>();
        foreach (var caller in new[] { Callers.Lead, Callers.Agent })
            await broker.Say(caller.Id, new AccountChanged(caller.Id, caller.Email!, caller.Name, Words.Read<Role>(caller.Role)!.Value, "sv", true, Nine));
        await Wait.Until(async () => await one.Value<long>("select count(*) from agent") == 2, "they are known");

        Assert.Equal(HttpStatusCode.BadRequest, (await Put(lead, "triggers", """{"items":[{"key":"x","name":"X","on":{"event":"inStatus"},"do":[{"act":"assignTeam","value":"gone"}]}]}""")).StatusCode);
        await Ok(await Put(lead, "checklists", """{"items":[{"key":"pw","name":"Lösenord","items":["Fråga vem","Byt"],"type":"incident"}]}"""));
        await Ok(await Put(lead, "triggers", """
            {"items":[
              {"key":"wait","name":"Påminn","on":{"event":"inStatus","status":"new","after":"PT1H"},"do":[{"act":"tellRequester","sv":"Vi har inte glömt {number}."},{"act":"setUrgency","value":"low"}]},
              {"key":"off","name":"Av","on":{"event":"registered"},"do":[{"act":"close"}],"off":true}
            ]}
            """));
        // The clock stands still and then leaps: what a replica took in before it knew would be looked for only around the leap.
        await Wait.Until(async () => (await two.Services.GetRequiredService<SetUpCache>().GetAsync(default)).Triggers.Any(trigger => trigger.Key == "wait"), "both replicas know the triggers");
        for (var i = 0; i < Tickets; i++)
            await Register($"D-{i}", "Lösenord");
        await Wait.Until(async () => await one.Value<long>("select count(*) from work_item") == Tickets, "all are triaged");
        await Ok(await agent.PostAsJsonAsync("/api/v1/tickets/D-0/reminders", new { at = Nine.AddMinutes(30), note = "Ring Rut" }));
        clock.Advance(TimeSpan.FromMinutes(31));
        var told = await broker.Next<AgentTold>(it => it.About == ToldAbout.Reminder);
        Assert.Equal((Callers.Agent.Email, "Ring Rut", false), (told.To, told.Sv, told.ByMail));

        var preview = JsonNode.Parse(await (await lead.PostAsync("/api/v1/routing/triggers/preview", Json("""
            {"key":"p","name":"P","on":{"event":"registered"},"do":[{"act":"setUrgency","value":"high"}],"all":[{"field":"words","is":"contains","value":"lösenord"}]}
            """))).Content.ReadAsStringAsync())!;
        Assert.Equal((Tickets, "setUrgency high"), ((int)preview["fires"]!, (string?)preview["items"]![0]!["would"]![0]));

        clock.Advance(TimeSpan.FromMinutes(30));
        await Wait.Until(() => broker.Heard<TriggerSpoke>().Count >= Tickets, "all are spoken to");
        clock.Advance(TimeSpan.FromMinutes(5));
        await Wait.Until(async () => await one.Value<long>("select count(*) from messaging.outbox") == 0, "all is said");
        Assert.Equal((Tickets, Tickets), (broker.Heard<TriggerSpoke>().Count, broker.Heard<TriggerSpoke>().DistinctBy(it => it.TicketId).Count()));
        Assert.Empty(broker.Heard<AgentTold>());
        var timeline = await agent.GetStringAsync("/api/v1/tickets/D-0/timeline");
        Assert.Contains("\"kind\":\"fired\"", timeline, StringComparison.Ordinal);
        Assert.Contains("tellRequester\\nsetUrgency low", timeline, StringComparison.Ordinal);

        // A mail to the requester that is given up is on the timeline; one that will be tried again, or to somebody in copy, is not.
        var failing = await one.Value<Guid>("select ticket_id from work_item where number = 'D-1'");
        var requester = (await one.Value<string>("select requester_email from work_item where number = 'D-1'"))!;
        foreach (var (to, permanent, reason) in new[] { (requester, false, "busy"), ("copy@nordvik.example", true, "copy"), (requester, true, "550 No such mailbox") })
            await broker.Say(failing, new DeliveryFailed(Guid.CreateVersion7(), failing, "D-1", null, "reply", to, permanent, reason, Nine));
        await Wait.Until(async () => (await agent.GetStringAsync("/api/v1/tickets/D-1/timeline")).Contains("550 No such mailbox", StringComparison.Ordinal), "the timeline has it");
        Assert.Single(JsonNode.Parse(await agent.GetStringAsync("/api/v1/tickets/D-1/timeline"))!["items"]!.AsArray(), line => (string?)line!["kind"] == "mailFailed");

        // The checklist came with it, and a solution asks for it.
        var steps = JsonNode.Parse(await agent.GetStringAsync("/api/v1/tickets/D-0/checklist"))!["items"]!.AsArray();
        Assert.Equal(2, steps.Count);
        await Ok(await agent.PatchAsJsonAsync($"/api/v1/tickets/D-0/checklist/{steps[0]!["id"]}", new { done = true }));
        Assert.Contains("checklist.open", await (await agent.PostAsJsonAsync("/api/v1/tickets/D-0/resolve", new { solution = "Bytt." })).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Ok(await agent.PostAsJsonAsync("/api/v1/tickets/D-0/resolve", new { solution = "Bytt.", leaveChecklist = true }));
        var mine = JsonNode.Parse(await agent.GetStringAsync("/api/v1/routing/reminders"))!["items"]![0]!;
        Assert.True((bool)mine["fell"]!);
        await Ok(await agent.PostAsync($"/api/v1/routing/reminders/{mine["id"]}/done", null));
        Assert.Empty(JsonNode.Parse(await agent.GetStringAsync("/api/v1/routing/reminders"))!["items"]!.AsArray());

        // What they did is counted for a day, storm or none.
        await one.Value<object>("insert into trigger_firing (trigger, ticket_id, number, at) values ('wait', gen_random_uuid(), 'D-0', $1)", Nine.AddDays(-1).AddHours(-1));
        await Wait.Until(async () => await one.Value<long>("select count(*) from trigger_firing where at < $1", Nine) == 0, "what is older is forgotten");

        // A storm: more in a minute than it may.
        await Ok(await Put(lead, "triggers", """{"items":[{"key":"storm","name":"Storm","perMinute":5,"on":{"event":"registered"},"do":[{"act":"note","sv":"Ny."}]}]}"""));
        await Task.WhenAll(Enumerable.Range(100, 12).Select(i => Register($"D-{i}", "Storm")));
        var stopped = await broker.Next<AgentTold>(it => it.About == ToldAbout.TriggerStopped);
        Assert.Equal(("Storm", Callers.Lead.Email), (stopped.Trigger, stopped.To));
        Assert.NotNull(JsonNode.Parse(await lead.GetStringAsync("/api/v1/routing/triggers/state"))!["items"]!.AsArray().Single(state => (string?)state!["key"] == "storm")!["stoppedAt"]);
        await Ok(await lead.PostAsync("/api/v1/routing/triggers/storm/resume", null));
        Assert.Equal(HttpStatusCode.NotFound, (await lead.PostAsync("/api/v1/routing/triggers/storm/resume", null)).StatusCode);

        async Task Register(string number, string subject)
        {
            var id = Guid.CreateVersion7();
            await broker.Say(id, new TicketRegistered(
                id, number, clock.GetUtcNow(), Channel.Web, RoutingDesk.Rut, subject, "kontot är låst", Guid.CreateVersion7(), null, null, null, null, false, true, null, null, []));
        }
    }

    private static Task<HttpResponseMessage> Put(HttpClient lead, string kind, string document) => lead.PutAsync($"/api/v1/routing/{kind}", Json(document));

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task Ok(HttpResponseMessage answer) => Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
}
