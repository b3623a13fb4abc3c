using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Analytics.Staffing;

internal static class PlanStaffing
{
    public static void MapStaffing(this IEndpointRouteBuilder group) => group.MapPost("/staffing", Plan)
        .WithName("PlanStaffing")
        .WithSummary("How many agents keep a promise of answering: Erlang C, or Erlang A when the callers' patience is given.");

    private static Results<Ok<StaffingPlan>, ProblemHttpResult> Plan(StaffingRequest request)
        => request.Faults() is { Count: > 0 } faults ? Problems.Invalid(faults) : TypedResults.Ok(StaffingPlan.For(request));
}
