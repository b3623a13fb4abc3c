using Desk.Messaging;
using Desk.Routing.Automation;
using Desk.Routing.Causes;
using Desk.Routing.Checklists;
using Desk.Routing.Clocks;
using Desk.Routing.Consumers;
using Desk.Routing.Holders;
using Desk.Routing.Relations;
using Desk.Routing.Reminders;
using Desk.Routing.SetUp;
using Desk.Routing.Shifts;
using Desk.Routing.Timeline;
using Desk.Routing.Triage;
using Desk.Routing.Watch;
using Desk.Routing.Work;
using Desk.ServiceDefaults;

namespace Desk.Routing;

/// <summary>The room where work finds its holder, its priority and its clocks: what it is made of.</summary>
internal static class Routing
{
    public static void AddRouting(this WebApplicationBuilder builder)
    {
        builder.AddNpgsqlDataSource("routing", configureDataSourceBuilder: DatabaseSettings.Tune);
        builder.AddMessaging("routing", typeof(Routing).Assembly, reactions => reactions
            .Add<OnTicketRegistered>()
            .Add<OnRequesterReplied>()
            .Add<OnAgentReplied>()
            .Add<OnNoteAdded>()
            .Add<OnDeliveryFailed>()
            .Add<OnTicketImported>()
            .Add<OnAccountChanged>());
        builder.Services.AddOpenApi();
        // A body that cannot be read is told why, in every environment.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, RoutingJson.Plain));

        builder.Services.AddSingleton<SetUpStore>();
        builder.Services.AddHosted<SetUpCache>();
        builder.Services.AddSingleton<WorkStore>();
        builder.Services.AddSingleton<Changes>();
        builder.Services.AddSingleton<ShiftStore>();
        builder.Services.AddSingleton<ProblemStore>();
        builder.Services.AddHosted<Learner>();
        builder.Services.AddHosted<Loads>();
        builder.Services.AddHostedService<DemoDesks>();
        builder.Services.AddHostedService<TellTeams>();
        builder.Services.AddHosted<HandOut>();
        builder.Services.AddHosted<Watcher>();
        builder.Services.AddHosted<BlackHoleMonitor>();
        builder.Services.AddHostedService<StormBrake>();
        builder.Services.AddHostedService<Latecomers>();
        builder.Services.AddHostedService<Reminding>();
    }

    public static void MapRouting(this WebApplication app)
    {
        var ticket = app.MapGroup("/api/v1/tickets/{number}").WithTags("Work");
        var work = ticket.MapGroup("").RequireAuthorization(Policies.Agent);
        work.MapPatch("", ReclassifyTicket.HandleAsync).WithName("ReclassifyTicket").WithSummary("Change type, category, impact or urgency; the priority follows.");
        work.MapPost("/assign", AssignTicket.HandleAsync).WithName("AssignTicket").WithSummary("Give it to an agent or a team.");
        work.MapPost("/escalate", EscalateTicket.HandleAsync).WithName("EscalateTicket").WithSummary("Hand it to the next team, with a reason.");
        work.MapPost("/pause", PauseTicket.HandleAsync).WithName("PauseTicket").WithSummary("Wait for the requester, a supplier or a time: the clocks stand still.");
        work.MapPost("/resume", ResumeTicket.HandleAsync).WithName("ResumeTicket").WithSummary("Go on with a ticket that waited.");
        work.MapPost("/resolve", ResolveTicket.HandleAsync).WithName("ResolveTicket").WithSummary("Solve it; the requester is told the solution.");
        work.MapPost("/merge", MergeTicket.HandleAsync).WithName("MergeTicket").WithSummary("Let another ticket go on with it: same matter, told twice.");
        work.MapPost("/unmerge", UnmergeTicket.HandleAsync).WithName("UnmergeTicket").WithSummary("Undo a merge: both are as they were.");
        work.MapPost("/link", LinkTicket.HandleAsync).WithName("LinkTicket").WithSummary("Say that it belongs together with another.");
        work.MapPost("/unlink", UnlinkTicket.HandleAsync).WithName("UnlinkTicket").WithSummary("Say that it does not belong together with another after all.");
        work.MapPost("/tell", TellMany.HandleAsync).WithName("TellMany").WithSummary("Say the same to its requester and to those of its open children.");
        work.MapGet("/links", ReadLinks.HandleAsync).WithName("ReadLinks").WithSummary("The tickets it belongs together with.");
        work.MapGet("/timeline", ReadTimeline.HandleAsync).WithName("ReadTimeline").WithSummary("Everything that happened to it, with who and when.");
        work.MapGet("/clocks", ReadClocks.HandleAsync).WithName("ReadClocks").WithSummary("When each promise is due; with explain=true, why.");

        work.MapChecklists();

        // A requester may do these to their own.
        ticket.MapPost("/reopen", ReopenTicket.HandleAsync).WithName("ReopenTicket").WithSummary("Open a solved ticket again.");
        ticket.MapPost("/close", CloseTicket.HandleAsync).WithName("CloseTicket").WithSummary("End it.");

        var routing = app.MapGroup("/api/v1/routing").WithTags("Routing");
        routing.MapSetUp();
        routing.MapProblems();
        routing.MapPost("/next", ClaimNext.HandleAsync).RequireAuthorization(Policies.Agent)
            .WithName("ClaimNext").WithSummary("The ticket to work on next, taken: the one whose promises press most.");
        routing.MapGet("/pace", ReadPace.HandleAsync).RequireAuthorization(Policies.Lead)
            .WithName("ReadPace").WithSummary("By how much each promise is over- and under-fulfilled, and the room that leaves.");
        routing.MapShifts();
        Reminding.Map(work, routing);
        var place = routing.MapGroup("/tickets/{number}").RequireAuthorization(Policies.Agent);
        place.MapGet("/place", ReadPlace.HandleAsync).WithName("ReadPlace").WithSummary("Where a ticket stands in the desk: its line's time, where it can go next and what they need, who is asked in.");
        place.MapPost("/asks", AskIn.HandleAsync).WithName("AskIn").WithSummary("Ask somebody who knows more in; the holder stays.");
        place.MapPost("/asks/{ask:guid}/answered", AskIn.AnswerAsync).WithName("AnswerAsk").WithSummary("What was asked is answered.");
        routing.MapGet("/asks", AskIn.ListAsync).RequireAuthorization(Policies.Agent).WithName("ListAsks").WithSummary("What the caller, or their teams, are asked and have not answered.");
        routing.MapPost("/clocks/preview", PreviewClocks.Handle).RequireAuthorization(Policies.Agent)
            .WithName("PreviewClocks").WithSummary("Due times and their explanation, from a calendar, targets and events alone.");
        routing.MapGet("/blackholes", async (BlackHoleMonitor monitor, CancellationToken cancellation) => TypedResults.Ok(await monitor.ListAsync(cancellation)))
            .RequireAuthorization(Policies.Agent).WithName("ReadBlackHoles").WithSummary("Open tickets without holder, next step or time. Empty is the proof.");

        app.MapMessaging("routing");
        app.MapOpenApi("/openapi/v1.json").AllowAnonymous();
    }

    /// <summary>A worker that others ask, too.</summary>
    private static void AddHosted<TWorker>(this IServiceCollection services) where TWorker : class, IHostedService
    {
        services.AddSingleton<TWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<TWorker>());
    }
}
