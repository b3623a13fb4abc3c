using System.Reflection;
using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Desk.Messaging;

/// <summary>MassTransit on RabbitMQ with a transactional outbox and an inbox on Npgsql.</summary>
public static class MessagingSetup
{
    /// <summary>
    /// For a service with a database: needs <c>AddNpgsqlDataSource(service)</c> and the connection string <c>rabbit</c>. Runs the migrations of
    /// messaging and of <paramref name="migrations"/> before anything else starts. Registers <see cref="Outbox"/> and <see cref="IdempotentRequests"/>.
    /// </summary>
    public static IHostApplicationBuilder AddMessaging(
        this IHostApplicationBuilder builder, string service, Assembly migrations, Action<Reactions> reactions)
    {
        var services = builder.Services;
        Quieten(builder);
        services.AddSingleton(new ServiceName(service));
        // Hosted services start in the order they are added, and migrations in a phase before them all.
        services.AddHostedService(provider => new Migrating(
            provider.GetRequiredService<NpgsqlDataSource>(), [typeof(MessagingSetup).Assembly, migrations], provider.GetRequiredService<ILogger<Migrating>>()));

        services.AddSingleton<OutboxSignal>();
        services.AddSingleton(provider => new Outbox(provider.GetRequiredService<OutboxSignal>(), provider.GetRequiredService<Echoes>()));
        services.AddSingleton<IdempotentRequests>();

        services.AddSingleton(new InboxSettings());
        services.AddSingleton(OutboxSettings.Usual);
        services.AddSingleton<Reactor>();
        services.AddSingleton<Inbox>();
        services.AddSingleton<IEndpoints>(provider => provider.GetRequiredService<Inbox>());
        services.AddHostedService(provider => provider.GetRequiredService<Inbox>());
        services.AddSingleton<IEndpoints, DeadLetters>();

        services.AddSingleton(provider => new Parking(
            provider.GetRequiredService<NpgsqlDataSource>(), new Lazy<ParkedWorker>(provider.GetRequiredService<ParkedWorker>)));
        services.AddSingleton<ParkedWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ParkedWorker>());
        services.AddHostedService<Keeping>();

        // Stopped in the opposite order: nothing more is said, then the bus lets what is in hand be finished, then the hands stop.
        AddBroker(services, service, reactions);
        services.AddHostedService<OutboxDispatcher>();
        return builder;
    }

    /// <summary>For a process without a database that only hears what passes (<see cref="IHear{TEvent}"/>).</summary>
    public static IHostApplicationBuilder AddHearing(this IHostApplicationBuilder builder, string process, Action<Reactions> reactions)
    {
        Quieten(builder);
        AddBroker(builder.Services, process, reactions);
        return builder;
    }

    /// <summary>
    /// <c>GET /api/v1/operations/{service}/parked</c>, <c>POST …/parked/{id}/replay</c>, <c>DELETE …/parked/{id}</c> (leads): messages that
    /// could not be handled, with reason.
    /// </summary>
    public static IEndpointRouteBuilder MapMessaging(this IEndpointRouteBuilder app, string service)
    {
        var parked = app.MapGroup($"/api/v1/operations/{service}/parked").RequireAuthorization(Policies.Lead).WithTags("Operations");

        parked.MapGet("", async (Parking parking, Guid? after, int? limit, CancellationToken cancellation) =>
            {
                var most = Math.Clamp(limit ?? 25, 1, Parking.MostListed);
                var items = await parking.ListAsync(after, most + 1, cancellation);
                return TypedResults.Ok(new ParkedList([.. items.Take(most)], items.Count > most ? items[most - 1].Id : null));
            })
            .WithName($"ListParkedIn{service}")
            .WithSummary("Messages this service could not handle: those that wait for another try (dueAt) and those that wait for a decision.");

        parked.MapPost("/{id:guid}/replay", async Task<Results<Accepted, ProblemHttpResult>> (Parking parking, Guid id, CancellationToken cancellation) =>
                await parking.ReplayAsync(id, cancellation) ? TypedResults.Accepted((string?)null) : NoSuch())
            .WithName($"ReplayParkedIn{service}")
            .WithSummary("Try it again now. It leaves the list when it succeeds.");

        parked.MapDelete("/{id:guid}", async Task<Results<NoContent, ProblemHttpResult>> (Parking parking, Guid id, CancellationToken cancellation) =>
                await parking.DiscardAsync(id, cancellation) ? TypedResults.NoContent() : NoSuch())
            .WithName($"DiscardParkedIn{service}")
            .WithSummary("Throw it away: what it asked for will not happen.");
        return app;

        static ProblemHttpResult NoSuch() => Problems.NotFound("parked.unknown", "There is no such message here: it was handled, or discarded.");
    }

    // MassTransit tells every attempt to reconnect with its stack; the outbox says in one line that it waits, and health shows it.
    private static void Quieten(IHostApplicationBuilder builder)
        => builder.Logging.AddFilter("MassTransit", LogLevel.Error).AddFilter("MassTransit.SendTransport", LogLevel.None);

    private static void AddBroker(IServiceCollection services, string process, Action<Reactions> reactions)
    {
        services.TryAddSingleton(TimeProvider.System);
        var reacting = new Reactions(services);
        reactions(reacting);
        services.AddSingleton(reacting);
        services.AddSingleton<BrokerNames>();
        services.AddSingleton<Echoes>();
        services.AddSingleton<IEndpoints>(provider => ActivatorUtilities.CreateInstance<Ear>(provider, process));
        services.AddSingleton(provider => new Lazy<IEndpoints[]>(() => [.. provider.GetServices<IEndpoints>()]));
        services.AddSingleton<Broker>();
        services.AddHostedService(provider => provider.GetRequiredService<Broker>());
        services.AddHealthChecks().AddCheck<BrokerHealth>("RabbitMQ");
    }

    /// <summary>A page of parked messages; Next goes into <c>?after=</c>.</summary>
    internal sealed record ParkedList(IReadOnlyList<ParkedMessage> Items, Guid? Next);

    // Not ready until the queues are declared; later, without the broker, a service still takes requests and its outbox keeps what it says.
    private sealed class BrokerHealth(Broker broker) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
            => Task.FromResult(
                broker.IsHealthy ? HealthCheckResult.Healthy()
                : !broker.IsReady ? HealthCheckResult.Unhealthy("The queues are not declared yet.")
                : HealthCheckResult.Degraded("RabbitMQ is away: events wait in the outbox."));
    }
}
