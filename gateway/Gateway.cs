using Desk.Gateway.Accounts;
using Desk.Gateway.Api;
using Desk.Gateway.Callers;
using Desk.Gateway.Guard;
using Desk.Gateway.Keys;
using Desk.Gateway.Routes;
using Desk.Gateway.Sessions;
using Desk.Messaging;
using Microsoft.AspNetCore.Identity;

namespace Desk.Gateway;

/// <summary>The way in: who calls is proved here, once, and every request goes on to the service that owns it. No business rule.</summary>
internal static class Gateway
{
    public static IHostApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        builder.Logging.AddFilter("Yarp", LogLevel.Warning).AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            // While the desk starts it is asked several times a second; the answer says who is missing.
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestSize.Most;
        });

        builder.AddNpgsqlDataSource("gateway", configureDataSourceBuilder: DatabaseSettings.Tune);
        builder.AddMessaging("gateway", typeof(Gateway).Assembly, _ => { });

        var services = builder.Services;
        services.AddSingleton<AuditLog>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<KeyStore>();
        services.AddSingleton<LiveKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveKeys>());
        services.AddSingleton<LinkStore>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<PasswordDoor>();
        // Before Identity's own, which lives only as long as a request.
        services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        services.AddHostedService<SweepExpired>();
        services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        services.AddIdentityCore<Account>(Passwords.Rules).AddUserStore<AccountStore>().AddSignInManager();

        services.AddAuthentication(GatewayAuthentication.SchemeName)
            .AddScheme<GatewayAuthenticationOptions, GatewayAuthentication>(GatewayAuthentication.SchemeName, null);
        services.AddRateLimiter(RateLimits.Configure);

        services.AddReverseProxy()
            .LoadFromMemory(RouteTable.Routes, Destinations.Of(builder.Configuration))
            .AddTransforms(PassOn.Configure);
        services.AddHttpClient(Destinations.ClientName, client => client.Timeout = TimeSpan.FromSeconds(5));
        services.AddSingleton<OneDocument>();
        services.AddOpenApi("v1", OneDocument.DescribeGateway);
        services.AddSingleton<ServicesReady>();
        var health = services.AddHealthChecks().AddCheck<ServicesReady>("services");
        if (builder.Environment.IsDevelopment() && builder.Configuration["Desk:DemoPeopleFile"] is { Length: > 0 })
        {
            services.AddSingleton<SeedDemoPeople>();
            services.AddHostedService(provider => provider.GetRequiredService<SeedDemoPeople>());
            health.AddCheck<SeedDemoPeople>("demo people");
        }
        return builder;
    }

    /// <summary>The order matters: first what protects every answer, then who calls, then what that caller may do.</summary>
    public static void UseGateway(this WebApplication app)
    {
        TrustedProxies.Use(app);
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler();
        app.Use(RequestSize.RefuseTooLarge);
        app.Use(PassOn.DropForgedHeaders);
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseMiddleware<SameOrigin>();
        app.UseAuthorization();
    }

    public static void MapGateway(this WebApplication app)
    {
        SignIn.Map(app);
        AskForLink.Map(app);
        UseLink.Map(app);
        SignOut.Map(app);
        Me.Map(app);
        AccountsApi.Map(app);
        KeysApi.Map(app);
        app.MapMessaging("gateway");
        OneDocument.Map(app);
        Refusals.MapUnknown(app);
        app.MapReverseProxy(proxy =>
        {
            proxy.Use(Refusals.ExplainFailure);
            proxy.UseSessionAffinity();
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });
    }
}
