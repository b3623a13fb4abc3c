using Desk.Analytics.Consumers;
using Desk.Analytics.Measures;
using Desk.Analytics.Staffing;
using Desk.Messaging;
using Desk.ServiceDefaults;

namespace Desk.Analytics;

/// <summary>The room of numbers: every event is a fact, kept as it was said; every measure is counted from the facts.</summary>
internal static class Analytics
{
    public static IHostApplicationBuilder AddAnalytics(this IHostApplicationBuilder builder)
    {
        builder.AddNpgsqlDataSource("analytics", configureDataSourceBuilder: DatabaseSettings.Tune);
        builder.AddMessaging("analytics", typeof(Analytics).Assembly, reactions => reactions
            .Add<OnTicketRegistered>()
            .Add<OnWorkChanged>()
            .Add<OnWorkImported>()
            .Add<OnReplied>()
            .Add<OnBlackHoleFound>()
            .Add<OnMailAccounted>()
            .Add<OnDelivery>());
        builder.Services.AddOpenApi();

        builder.Services.AddSingleton<DeskHours>();
        builder.Services.AddSingleton<OverviewStore>();
        return builder;
    }

    public static IEndpointRouteBuilder MapAnalytics(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi().AllowAnonymous();
        app.MapMessaging("analytics");

        var agents = app.MapGroup("/api/v1/analytics").WithTags("Analytics").RequireAuthorization(Policies.Agent);
        agents.MapOverview();
        agents.MapMail();
        agents.MapTicketsPerDay();
        agents.MapStaffing();
        return app;
    }
}
