using System.Diagnostics;
using Desk.Testing;
using Xunit.Abstractions;

namespace Desk.Messaging.Tests;

public sealed class OutboxToInboxTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_is_said_in_one_service_happens_once_in_another()
    {
        await using var pair = await Pair.StartAsync();
        var subject = Guid.CreateVersion7();

        await pair.Sayer.SayAsync(subject, new Counted(subject, 1, "twice"));

        await Wait.Until(async () => await pair.Listener.EffectsAsync() == 2, "both reactions have had their effect");
        await Wait.Until(async () => await pair.Sayer.CountAsync("select count(*) from messaging.outbox") == 0, "the outbox is empty");
    }

    [Fact]
    public async Task When_idle_an_event_is_sent_because_it_was_said_and_not_because_the_outbox_is_swept()
    {
        var sweep = TimeSpan.FromSeconds(5);
        await using var pair = await Pair.StartAsync(new OutboxSettings(sweep));
        var subject = Guid.CreateVersion7();
        var times = new List<TimeSpan>();
        for (var number = 0; number < 9; number++)
        {
            var started = Stopwatch.GetTimestamp();
            await pair.Sayer.SayAsync(subject, new Counted(subject, number));
            var expected = number + 1;
            await Wait.Until(async () => await pair.Listener.EffectsAsync() == expected, "the event has its effect", TimeSpan.FromSeconds(30));
            times.Add(Stopwatch.GetElapsedTime(started));
            // Idle again: it has looked for the last time.
            await Task.Delay(300);
        }
        times.Sort();
        output.WriteLine($"commit to effect: median {times[4].TotalMilliseconds:0.0} ms, worst {times[^1].TotalMilliseconds:0.0} ms");
        Assert.True(times[4] < sweep / 2, $"median {times[4]}");
    }

    [Fact]
    public async Task What_many_reactions_write_later_is_written_and_one_that_fails_is_put_aside_alone()
    {
        await using var pair = await Pair.StartAsync();
        var moods = Enumerable.Repeat("later", 60).Append("later, broken").Append("later, poison").Append("later").ToList();
        await SayTogetherAsync(pair, [.. moods.Select((mood, number) => new Counted(Guid.CreateVersion7(), number, mood))]);

        await Wait.Until(async () => await pair.Listener.EffectsAsync() == 61, "the good ones have had their effect");
        await Wait.Until(async () => await pair.Listener.CountAsync("select count(*) from messaging.parked") == 2, "the two others are put aside");
        Assert.Equal(1, await pair.Listener.CountAsync("select count(*) from messaging.parked where reason = '1 row was one too many' and due_at is null"));
        Assert.Equal(1, await pair.Listener.CountAsync("select count(*) from messaging.parked where reason like 'PostgreSQL refused (23502)%' and due_at is not null"));
        Assert.Equal(61, await pair.Listener.DistinctEffectsAsync());
    }

    [Fact]
    public async Task What_is_written_later_is_seen_by_the_next_reaction_about_the_same_thing()
    {
        await using var pair = await Pair.StartAsync();
        var subjects = Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToList();
        await SayTogetherAsync(pair, [.. subjects.Select(subject => new Counted(subject, 0, "later")), .. subjects.Select(subject => new Counted(subject, 100, "counting"))]);

        await Wait.Until(async () => await pair.Listener.EffectsAsync() == 40, "all have had their effect");
        Assert.Equal(20, await pair.Listener.CountAsync("select count(*) from effect where number = 101"));
    }

    [Fact]
    public async Task Events_that_are_said_together_travel_in_one_message_for_each_word_about_a_thing()
    {
        await using var pair = await Pair.StartAsync();
        await pair.Listener.DisposeAsync();
        var subjects = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToList();
        await SayTogetherAsync(pair, [.. subjects.Select(subject => new Counted(subject, 0)), .. subjects.Select(subject => new Counted(subject, 1))]);

        await Wait.Until(async () => await pair.Sayer.CountAsync("select count(*) from messaging.outbox") == 0, "the outbox is empty");
        Assert.Equal(2u, await pair.Broker.Waiting("listener"));
        await pair.TakeAllAsync("listener", pair.Listener.Database);
        Assert.Equal((20, 20), await Effects.CountAsync(pair.Listener.Database));
    }

    [Fact]
    public void What_is_said_of_a_thing_again_goes_in_a_later_wave()
    {
        var (a, b) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var batch = new[] { a, b, a, a, b }.Select(about => new Envelope(Guid.CreateVersion7(), "x", about, "{}"u8.ToArray(), null, null)).ToList();
        Assert.Equal([[0, 1], [2, 4], [3]], OutboxDispatcher.Waves(batch));
    }

    [Fact]
    public void A_message_holds_few_events_and_little_and_a_file_travels_alone()
    {
        int[] sizes = [1_000, 5_000_000, 200_000, 70_000, 10_000, .. Enumerable.Repeat(10, 70)];
        var batch = sizes.Select(size => new Envelope(Guid.CreateVersion7(), "x", Guid.CreateVersion7(), new byte[size], null, null)).ToList();
        Assert.Equal([1, 1, 1, 64, 8], OutboxDispatcher.Messages(batch, Enumerable.Range(0, batch.Count)).Select(message => message.Count));
    }

    [Fact]
    public void Events_in_one_message_are_read_as_they_were_written()
    {
        Envelope[] envelopes =
        [
            new(Guid.CreateVersion7(), "Desk:One", Guid.CreateVersion7(), """{"text":"åäö \"}"}"""u8.ToArray(), "00-trace", "ear@intake"),
            new(Guid.CreateVersion7(), "Desk:One", Guid.CreateVersion7(), "[1,{\"a\":[2]}]"u8.ToArray(), null, null),
        ];
        foreach (var some in new[] { envelopes, envelopes[..1] })
        {
            var read = EnvelopeFormat.Read(EnvelopeFormat.Write(some[0].MessageId, some, new Uri("rabbitmq://here/x"), null, DateTime.UnixEpoch));
            Assert.Equal(some.Select(Told), read.Select(Told));
        }

        static (Guid, string, Guid, string, string?, string?) Told(Envelope envelope)
            => (envelope.MessageId, envelope.Type, envelope.About, System.Text.Encoding.UTF8.GetString(envelope.Body.Span), envelope.TraceParent, envelope.Echo);
    }

    [Theory]
    [InlineData("""{"messageId":"01890a5d-ac96-774b-bcce-b302099a8057","messageType":["urn:message:Desk.Messaging:Together"],"message":{"type":"x","events":[]}}""")]
    [InlineData("""{"messageId":"01890a5d-ac96-774b-bcce-b302099a8057","messageType":["urn:message:Desk.Messaging:Together"],"message":{"events":[{"id":"01890a5d-ac96-774b-bcce-b302099a8057","event":{}}]}}""")]
    [InlineData("""{"messageId":"01890a5d-ac96-774b-bcce-b302099a8057","messageType":["urn:message:Desk.Messaging:Together"],"message":{"type":"x","events":[{"id":"no id","event":{}}]}}""")]
    [InlineData("""{"messageId":"01890a5d-ac96-774b-bcce-b302099a8057","messageType":["urn:message:Desk.Messaging:Together"],"message":17}""")]
    public void A_message_of_several_that_lacks_something_is_refused_whole(string message)
        => Assert.ThrowsAny<System.Text.Json.JsonException>(() => EnvelopeFormat.Read(System.Text.Encoding.UTF8.GetBytes(message)));

    private static async Task SayTogetherAsync(Pair pair, IReadOnlyList<Counted> events)
    {
        await using var connection = await pair.Sayer.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var happened in events)
            await pair.Sayer.Outbox.SayAsync(transaction, happened.Subject, happened, default);
        await transaction.CommitAsync();
    }
}
