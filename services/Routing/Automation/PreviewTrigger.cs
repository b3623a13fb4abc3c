using Desk.Contracts;
using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Automation;

/// <summary>Looked: how many of the latest tickets. Fires: on how many of them it would have fired. AtOnce: on how many it would fire now, when it is switched on. Items: some.</summary>
internal sealed record TriggerPreview(int Looked, int Fires, int AtOnce, IReadOnlyList<TriggerHit> Items);

/// <summary>When it would first have fired on a ticket, and each thing it would have done, in the form that the timeline has.</summary>
internal sealed record TriggerHit(string Number, string Words, DateTimeOffset At, IReadOnlyList<string> Would);

/// <summary>
/// <c>POST /routing/triggers/preview</c>: a trigger, on or off, is tried on past tickets before it is put in force: each is lived through again, fact by fact, and the trigger
/// asked at each. Nothing is kept and nobody is told. It is looked at alone: what other triggers would have done is not there.
/// </summary>
internal static class PreviewTrigger
{
    private const int MostLooked = 300;
    private const int MostShown = 20;

    public static async Task<Results<Ok<TriggerPreview>, ProblemHttpResult>> HandleAsync(
        Trigger trigger, SetUpCache setUp, WorkStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var desk = await setUp.GetAsync(cancellation);
        if (Checks.Triggers(new Listed<Trigger>([trigger]), desk) is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return TypedResults.Ok(Of(trigger, await store.LatestAsync(MostLooked, cancellation), desk, clock.GetUtcNow()));
    }

    internal static TriggerPreview Of(Trigger trigger, IReadOnlyList<Dossier> past, DeskSetUp desk, DateTimeOffset now)
    {
        desk = desk with { Triggers = [trigger with { Off = false }] };
        var hits = past.Select(ticket => (Ticket: ticket, First: First(ticket, desk, now))).Where(hit => hit.First is not null).ToList();
        var atOnce = trigger.On.IsTime ? past.Count(ticket => ticket.Item.Status != TicketStatus.Closed && FiresAt(ticket, ticket.Facts.Count, desk, now) is not null) : 0;
        return new TriggerPreview(past.Count, hits.Count, atOnce, [.. hits.Take(MostShown).Select(hit => new TriggerHit(
            hit.Ticket.Item.Number, Short(hit.Ticket.Words), hit.First!.At, [.. hit.First.Deeds.Select(Timeline.ReadTimeline.Said)]))]);
    }

    private static Fired? First(Dossier ticket, DeskSetUp desk, DateTimeOffset now)
    {
        var timed = desk.Triggers[0].On.IsTime;
        for (var known = 1; known <= ticket.Facts.Count; known++)
        {
            var fact = ticket.Facts[known - 1];
            var so = new Dossier(0, [.. ticket.Facts.Take(known).Where(kept => kept is not Fired)]) { Words = ticket.Words };
            // What waits for a time is asked until the next thing happened; what waits for an event, at it.
            if (timed && Until(ticket, known, now) is var until && Reacting.WakeAt(so, so.Clocks(desk, fact.At), desk, fact.At) is { } due && due <= until && FiresAt(so, so.Facts.Count, desk, due) is { } fired)
                return fired;
            if (!timed && Reacting.MomentsOf(fact).Any() && FiresAt(so, so.Facts.Count - 1, desk, fact.At) is { } fires)
                return fires;
        }
        return null;
    }

    private static DateTimeOffset Until(Dossier ticket, int known, DateTimeOffset now) => known < ticket.Facts.Count ? ticket.Facts[known].At : now;

    private static Fired? FiresAt(Dossier ticket, int known, DeskSetUp desk, DateTimeOffset at)
        => Reacting.Decide(ticket, known, ticket.Clocks(desk, at), desk, at).OfType<Fired>().FirstOrDefault();

    private static string Short(string words)
    {
        var subject = words.Split('\n')[0];
        return subject.Length > 120 ? subject[..120] : subject;
    }
}
