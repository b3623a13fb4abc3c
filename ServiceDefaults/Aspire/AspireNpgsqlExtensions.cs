using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

// The signatures, namespace and configuration of the Aspire.Npgsql package, for builds where that package does not restore (ADR 0002).
namespace Microsoft.Extensions.Hosting;

/// <summary>What Aspire.Npgsql lets a caller set.</summary>
public sealed class NpgsqlSettings
{
    /// <summary>The connection string; from <c>ConnectionStrings:{name}</c> when not set.</summary>
    public string? ConnectionString { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }

    public bool DisableMetrics { get; set; }
}

/// <summary>Registers a singleton <see cref="NpgsqlDataSource"/> for a named connection string, with a readiness check.</summary>
public static class AspirePostgreSqlNpgsqlExtensions
{
    public static void AddNpgsqlDataSource(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<NpgsqlSettings>? configureSettings = null,
        Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder = null)
    {
        var settings = new NpgsqlSettings { ConnectionString = builder.Configuration.GetConnectionString(connectionName) };
        configureSettings?.Invoke(settings);

        builder.Services.AddSingleton(services =>
        {
            var connectionString = settings.ConnectionString
                ?? throw new InvalidOperationException($"ConnectionStrings__{connectionName} is not set: the app host gives it to every service.");
            var dataSource = new NpgsqlDataSourceBuilder(connectionString);
            dataSource.UseLoggerFactory(services.GetService<Logging.ILoggerFactory>());
            configureDataSourceBuilder?.Invoke(dataSource);
            return dataSource.Build();
        });

        if (!settings.DisableHealthChecks)
            builder.Services.AddHealthChecks().AddCheck<NpgsqlHealthCheck>("PostgreSql");
    }

    private sealed class NpgsqlHealthCheck(NpgsqlDataSource dataSource) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var command = dataSource.CreateCommand("select 1");
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, "PostgreSQL does not answer.", failure);
            }
        }
    }
}
