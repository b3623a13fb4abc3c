using System.Text.Json;
using System.Text.Json.Serialization;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Desk.ServiceDefaults;

/// <summary>Names of the authorisation policies. Everything needs a caller unless it says <c>AllowAnonymous</c>.</summary>
public static class Policies
{
    public const string Agent = "agent";
    public const string Lead = "lead";
    public const string Admin = "admin";
}

/// <summary>What every process of the desk has: telemetry, health, problem details, authentication, JSON. No domain.</summary>
public static class ServiceDefaultsExtensions
{
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.AddTelemetry();
        SetFirst(builder.Configuration);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<InternalTokens>();
        builder.Services.AddSingleton<SignedTokens>();
        builder.Services.Configure<JsonOptions>(options => UseDeskJson(options.SerializerOptions));

        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();
        builder.Services.AddHealthChecks();

        builder.Services.AddAuthentication(InternalTokenAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, InternalTokenAuthentication>(InternalTokenAuthentication.SchemeName, null);
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(Policies.Agent, policy => policy.RequireClaim("role", "agent", "lead", "admin"))
            .AddPolicy(Policies.Lead, policy => policy.RequireClaim("role", "lead", "admin"))
            .AddPolicy(Policies.Admin, policy => policy.RequireClaim("role", "admin"));
        return builder;
    }

    // Every request and every statement as a line of its own costs more than the work it speaks of. First among the sources, so that
    // Logging__LogLevel__Npgsql=Information in the environment still shows them.
    private static void SetFirst(IConfigurationBuilder configuration) => configuration.Sources.Insert(0, new MemoryConfigurationSource
    {
        InitialData = new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Npgsql"] = "Warning",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
            ["Logging:LogLevel:System.Net.Http"] = "Warning",
            ["Logging:LogLevel:Yarp"] = "Warning",
            // Telemetry listens to them already. Aspire's packages would add a second listener, which samples all that ours leaves out.
            ["Aspire:Npgsql:DisableTracing"] = "true",
            ["Aspire:Npgsql:DisableMetrics"] = "true",
            ["Aspire:RabbitMQ:Client:DisableTracing"] = "true",
        },
    });

    /// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: what it needs answers too.</summary>
    public static TBuilder MapDefaultEndpoints<TBuilder>(this TBuilder app) where TBuilder : IEndpointRouteBuilder
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
        return app;
    }

    /// <summary>The JSON of the public API: camelCase, nulls left out, numbers strict, words for enums (the contracts say which).</summary>
    public static void UseDeskJson(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }
}
