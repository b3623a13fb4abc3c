using Desk.Messaging;
using Desk.Routing.Consumers;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.Routing.Triage;
using Desk.Routing.Work;

namespace Desk.Routing;

/// <summary>The room where work finds its holder, its priority and its clocks: what it is made of.</summary>
internal static class Routing
{
    public static void AddRouting(this WebApplicationBuilder builder)
    {
        builder.AddNpgsqlDataSource("routing", configureDataSourceBuilder: DatabaseSettings.Tune);
        builder.AddMessaging("routing", typeof(Routing).Assembly, reactions => reactions
            .Add<OnTicketRegistered>()
            .Add<OnAccountChanged>());
        builder.Services.AddOpenApi();

        builder.Services.AddSingleton<SetUpStore>();
        builder.Services.AddHosted<SetUpCache>();
        builder.Services.AddSingleton<WorkStore>();
        builder.Services.AddHosted<Learner>();
        builder.Services.AddHosted<Loads>();
    }

    public static void MapRouting(this WebApplication app)
    {
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
