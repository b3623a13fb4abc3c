using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

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
        => throw new NotImplementedException();

    /// <summary>For a process without a database that only hears what passes (<see cref="IHear{TEvent}"/>).</summary>
    public static IHostApplicationBuilder AddHearing(this IHostApplicationBuilder builder, string process, Action<Reactions> reactions)
        => throw new NotImplementedException();

    /// <summary>
    /// <c>GET /api/v1/operations/{service}/parked</c>, <c>POST …/parked/{id}/replay</c>, <c>DELETE …/parked/{id}</c> (leads): messages that
    /// could not be handled, with reason.
    /// </summary>
    public static IEndpointRouteBuilder MapMessaging(this IEndpointRouteBuilder app, string service)
        => throw new NotImplementedException();
}
