using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Checklists;

/// <summary>Lists: the desk's checklists, to put on it.</summary>
internal sealed record ChecklistAnswer(IReadOnlyList<ChecklistStep> Items, IReadOnlyList<ListName> Lists);

internal sealed record ListName(string Key, string Name);

/// <summary>Either texts of steps, or the key of a checklist.</summary>
internal sealed record StepsRequest(IReadOnlyList<string>? Items, string? List);

/// <summary>Left out stays. Place is counted from 0.</summary>
internal sealed record StepRequest(bool? Done, int? Place);

/// <summary><c>/tickets/{number}/checklist</c>: the steps of a ticket.</summary>
internal static class ChecklistEndpoints
{
    public static void MapChecklists(this RouteGroupBuilder ticket)
    {
        ticket.MapGet("/checklist", ReadAsync).WithName("ReadChecklist").WithSummary("The steps of a ticket, who did them and when.");
        ticket.MapPost("/checklist", AddAsync).WithName("AddSteps").WithSummary("Add steps, or those of one of the desk's checklists.");
        ticket.MapPatch("/checklist/{step:guid}", ChangeAsync).WithName("ChangeStep").WithSummary("Say that a step is done or not, or move it.");
        ticket.MapDelete("/checklist/{step:guid}", TakeAsync).WithName("TakeStep").WithSummary("Take a step away.");
    }

    private static async Task<Results<Ok<ChecklistAnswer>, ProblemHttpResult>> ReadAsync(string number, WorkStore store, SetUpCache setUp, CancellationToken cancellation)
        => await store.FindAsync(number, cancellation) is { } ticket
            ? TypedResults.Ok(new ChecklistAnswer(ticket.Item.Steps, [.. (await setUp.GetAsync(cancellation)).Checklists.Select(list => new ListName(list.Key, list.Name))]))
            : Changes.NotFound(number);

    private static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> AddAsync(
        HttpContext http, string number, StepsRequest request, Caller caller, Changes changes, SetUpCache setUp)
    {
        if (request.List is { } key)
        {
            return (await setUp.GetAsync(http.RequestAborted)).Checklists.FirstOrDefault(list => list.Key == key) is { } list
                ? await changes.MakeAsync(http, number, caller, (item, deciding) => Checklist.Take(item, list, deciding))
                : Problems.Invalid("checklist.unknown", Phrase.Of($"Det finns ingen checklista ”{key}”.", $"There is no checklist '{key}'."));
        }
        return request.Items is { Count: > 0 } texts && texts.All(text => !string.IsNullOrWhiteSpace(text) && text.Length <= Checklist.Longest)
            ? await changes.MakeAsync(http, number, caller, (item, deciding) => Checklist.Add(item, texts, deciding))
            : Problems.Invalid("checklist.items", Phrase.Of($"Ange steg, med högst {Checklist.Longest} tecken, eller en lista.", $"Give steps, of at most {Checklist.Longest} characters, or a list."));
    }

    private static Task<Results<Ok<TicketWork>, ProblemHttpResult>> ChangeAsync(HttpContext http, string number, Guid step, StepRequest request, Caller caller, Changes changes)
        => changes.MakeAsync(http, number, caller, (item, deciding) => Checklist.Change(item, step, request.Done, request.Place, deciding));

    private static Task<Results<Ok<TicketWork>, ProblemHttpResult>> TakeAsync(HttpContext http, string number, Guid step, Caller caller, Changes changes)
        => changes.MakeAsync(http, number, caller, (item, deciding) => Checklist.Take(item, step, deciding));
}
