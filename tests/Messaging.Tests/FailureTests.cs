using System.Net;
using System.Net.Http.Json;
using Desk.Testing;
using Xunit.Abstractions;

namespace Desk.Messaging.Tests;

public sealed class FailureTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_poisoned_message_is_parked_and_fifty_good_ones_beside_it_are_not_held_up()
    {
        await using var pair = await Pair.StartAsync();
        var subject = Guid.CreateVersion7();
        for (var number = 0; number < 51; number++)
            await pair.Broker.Say(subject, new Counted(subject, number, number == 25 ? "poison" : "good"));

        await Wait.Until(async () => await pair.Listener.EffectsAsync() == 50, "the good ones have had their effect");
        var parked = Assert.Single(await ParkedAsync(pair.Listener));
        Assert.Equal(("it was poisoned", "OnCounted", null), (parked.Reason, parked.Reaction, parked.DueAt));
        Assert.Equal(0, await pair.Listener.CountAsync("select count(*) from effect where number = 25"));
    }

    [Fact]
    public async Task The_same_message_delivered_again_has_no_second_effect()
    {
        await using var pair = await Pair.StartAsync();
        var subject = Guid.CreateVersion7();
        var id = await pair.Broker.Say(subject, new Counted(subject, 1));
        for (var again = 0; again < 20; again++)
            await pair.Broker.Say(subject, new Counted(subject, 1), id);
        await pair.Broker.Say(subject, new Counted(subject, 2));

        await Wait.Until(async () => await pair.Listener.CountAsync("select count(*) from effect where number = 2") == 1, "the last one is there");
        Assert.Equal(2, await pair.Listener.EffectsAsync());
    }

    [Fact]
    public async Task An_event_that_came_too_early_waits_for_the_one_it_builds_on()
    {
        await using var pair = await Pair.StartAsync();
        var subject = Guid.CreateVersion7();
        await pair.Broker.Say(subject, new Counted(subject, 1, "early"));
        await Wait.Until(async () => (await ParkedAsync(pair.Listener)) is [{ DueAt: not null }], "it waits");
        await pair.Broker.Say(subject, new Counted(subject, 0));

        await Wait.Until(async () => await pair.Listener.EffectsAsync() == 2, "both have had their effect");
        await Wait.Until(async () => (await ParkedAsync(pair.Listener)).Count == 0, "nothing waits any more");
    }

    [Fact]
    public async Task A_parked_message_can_be_replayed_or_discarded_by_a_lead_and_by_nobody_below()
    {
        await using var pair = await Pair.StartAsync();
        var subject = Guid.CreateVersion7();
        await pair.Broker.Say(subject, new Counted(subject, 1, "poison"));
        await pair.Broker.Say(subject, new Counted(subject, 2, "poison"));
        using var lead = pair.Listener.As(Callers.Lead);
        using var agent = pair.Listener.As(Callers.Agent);
        const string path = "/api/v1/operations/listener/parked";
        await Wait.Until(async () => (await lead.GetFromJsonAsync<Page>(path))!.Items.Count == 2, "both are listed");
        var parked = (await lead.GetFromJsonAsync<Page>(path))!.Items;

        Assert.Equal(HttpStatusCode.Forbidden, (await agent.GetAsync(path)).StatusCode);
        // Somebody mended what was wrong with the first, and throws the second away.
        await pair.Listener.CountAsync($$"""with mended as (update messaging.parked set body = replace(body, 'poison', 'good') where id = '{{parked[1].Id}}' returning 1) select count(*) from mended""");
        Assert.Equal(HttpStatusCode.Accepted, (await lead.PostAsync($"{path}/{parked[1].Id}/replay", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.DeleteAsync($"{path}/{parked[0].Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await lead.DeleteAsync($"{path}/{parked[0].Id}")).StatusCode);

        await Wait.Until(async () => await pair.Listener.EffectsAsync() == 1, "the replayed one has had its effect");
        await Wait.Until(async () => (await lead.GetFromJsonAsync<Page>(path))!.Items.Count == 0, "nothing is listed");
    }

    [Fact]
    public async Task A_failing_reaction_is_tried_again_later_and_its_neighbour_on_the_same_event_is_not_disturbed()
    {
        await using var pair = await Pair.StartAsync();
        var subject = Guid.CreateVersion7();
        await pair.Broker.Say(subject, new Counted(subject, 1, "broken"));
        await pair.Broker.Say(subject, new CountedTwice(subject, 1));

        await Wait.Until(async () => (await ParkedAsync(pair.Listener)) is [{ Tries: >= 2 }], "it was tried again");
        Assert.StartsWith("InvalidOperationException: it broke", (await ParkedAsync(pair.Listener))[0].Reason, StringComparison.Ordinal);
        Assert.Equal(1, await pair.Listener.EffectsAsync());
    }

    [Fact]
    public async Task What_cannot_be_read_is_parked_as_it_came()
    {
        await using var pair = await Pair.StartAsync();
        var type = EventFormat.NameOf(typeof(Counted));
        await pair.Broker.SayRaw(type, "this is no envelope"u8.ToArray());
        await pair.Broker.SayRaw(type, EnvelopeFormat.Write(Guid.CreateVersion7(),
            [new Envelope(Guid.CreateVersion7(), type, default, "{\"subject\":17}"u8.ToArray(), null, null)], null, null, default));

        await Wait.Until(async () => (await ParkedAsync(pair.Listener)).Count == 2, "both are parked");
        Assert.Contains(await ParkedAsync(pair.Listener), message => message.Body == "this is no envelope");
    }

    [Fact]
    public async Task Events_about_one_subject_take_effect_in_the_order_they_were_said()
    {
        await using var pair = await Pair.StartAsync();
        var subjects = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToArray();
        await Task.WhenAll(subjects.Select(async subject =>
        {
            for (var number = 0; number < 60; number++)
                await pair.Sayer.SayAsync(subject, new Counted(subject, number));
        }));

        await Wait.Until(async () => await pair.Listener.EffectsAsync() == 600, "all have had their effect", TimeSpan.FromSeconds(30));
        var overtaken = await pair.Listener.CountAsync(
            "select count(*) from (select number - lag(number) over (partition by subject order by id) as step from effect) as steps where step < 0");
        output.WriteLine($"600 events about 10 subjects: {overtaken} overtook another");
        Assert.Equal(0, overtaken);
    }

    internal static Task<List<ParkedMessage>> ParkedAsync(SmallService service)
        => ((Parking)service.Services.GetService(typeof(Parking))!).ListAsync(null, 100, default);

    private sealed record Page(List<ParkedMessage> Items, Guid? Next);
}
