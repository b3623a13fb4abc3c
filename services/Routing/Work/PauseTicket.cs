using Desk.Contracts;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Work;

/// <summary>For is whom or what it waits for. Until is needed for a time; for somebody it is when to ask after it, three working days on if left out.</summary>
internal sealed record PauseRequest(WaitingFor? For, DateTimeOffset? Until, string? Reason);

internal static class PauseTicket
{
    public static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, PauseRequest request, Caller caller, Changes changes, TimeProvider clock)
    {
        if (request.For is not { } whom)
            return Problems.Invalid("pause.for", Phrase.Of("Säg vad det väntar på: beställare, leverantör eller tid.", "Say what it waits for: requester, supplier or time."));
        if (whom == WaitingFor.Time && request.Until is null)
            return Problems.Invalid("pause.until", Phrase.Of("Säg till när.", "Say until when."));
        if (request.Until <= clock.GetUtcNow())
            return Problems.Invalid("pause.until", Phrase.Of("Den tiden har varit.", "That time has been."));
        return await changes.MakeAsync(http, number, caller, (item, deciding) => Decide(item, whom, request.Until, request.Reason, deciding));
    }

    internal static IReadOnlyList<Fact> Decide(WorkItem item, WaitingFor whom, DateTimeOffset? until, string? reason, Deciding deciding)
    {
        item.MustBeOpen("pause");
        return [new Paused(deciding.Now, deciding.By, whom, until?.ToUniversalTime() ?? deciding.FollowUpAt(item), reason)];
    }
}
