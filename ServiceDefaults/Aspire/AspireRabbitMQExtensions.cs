using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

// The signatures, namespace and configuration of the Aspire.RabbitMQ.Client package, for builds where that package does not restore (ADR 0002).
namespace Microsoft.Extensions.Hosting;

/// <summary>What Aspire.RabbitMQ.Client lets a caller set.</summary>
public sealed class RabbitMQClientSettings
{
    /// <summary>An amqp URI; from <c>ConnectionStrings:{name}</c> when not set.</summary>
    public string? ConnectionString { get; set; }

    public int MaxConnectRetryCount { get; set; } = 5;

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }
}

/// <summary>Registers a singleton <see cref="IConnection"/> for a named connection string, with a readiness check.</summary>
public static class AspireRabbitMQExtensions
{
    public static void AddRabbitMQClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<RabbitMQClientSettings>? configureSettings = null,
        Action<ConnectionFactory>? configureConnectionFactory = null)
    {
        var settings = new RabbitMQClientSettings { ConnectionString = builder.Configuration.GetConnectionString(connectionName) };
        configureSettings?.Invoke(settings);

        builder.Services.AddSingleton(_ =>
        {
            var connectionString = settings.ConnectionString
                ?? throw new InvalidOperationException($"ConnectionStrings__{connectionName} is not set: the app host gives it to every service.");
            var factory = new ConnectionFactory { Uri = new Uri(connectionString), AutomaticRecoveryEnabled = true };
            configureConnectionFactory?.Invoke(factory);
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    return factory.CreateConnectionAsync().GetAwaiter().GetResult();
                }
                catch (RabbitMQ.Client.Exceptions.BrokerUnreachableException) when (attempt < settings.MaxConnectRetryCount)
                {
                    Task.Delay(TimeSpan.FromSeconds(1 << attempt)).GetAwaiter().GetResult();
                }
            }
        });

        if (!settings.DisableHealthChecks)
            builder.Services.AddHealthChecks().AddCheck<RabbitMQHealthCheck>("RabbitMQ.Client");
    }

    private sealed class RabbitMQHealthCheck(IConnection connection) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
            => Task.FromResult(connection.IsOpen
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(context.Registration.FailureStatus, "RabbitMQ does not answer."));
    }
}
