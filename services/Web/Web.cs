using Desk.Messaging;
using Desk.Web.Api;
using Desk.Web.Live;
using Desk.Web.Shared;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Desk.Web;

/// <summary>
/// The screens. Requesters' pages (Portal) are rendered once and work without JavaScript; agents' and leads' pages (Workspace, Operations)
/// live in a circuit. All that is shown comes from the public API, asked as the person who looks.
/// </summary>
internal static class Web
{
    private const int MostFromABrowser = 1024 * 1024;

    public static void AddWeb(this WebApplicationBuilder builder)
    {
        // Run from the build folder in any environment: the list of assets lies beside the program.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = 50;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2);
        })
            // A page brings its list along into the circuit (59 KB for fifty tickets): with SignalR's own 32 KB a long list never came alive.
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = MostFromABrowser);
        builder.Services.AddCascadingAuthenticationState();
        // A page that breaks answers with a page, not with the API's problem details.
        builder.Services.RemoveAll<IExceptionHandler>();
        builder.Services.AddHttpContextAccessor();

        builder.Services.AddScoped<Words>();
        builder.Services.AddScoped<Reader>();
        builder.Services.AddScoped<Toasts>();
        builder.Services.AddScoped<DeskApi>();
        builder.Services.AddSingleton<GatewayHttp>();
        builder.Services.AddSingleton<Vocabulary>();
        builder.Services.AddSingleton<MajorNews>();
        builder.Services.AddSingleton<Portal.VisitLimit>();
        builder.Services.AddSingleton<Presence>();
        builder.Services.AddSingleton<Happenings>();

        builder.Services.AddDataProtection().SetApplicationName("Desk.Web").DisableAutomaticKeyGeneration();
        builder.Services.AddOptions<KeyManagementOptions>()
            .Configure<IConfiguration>((keys, configuration) => keys.XmlRepository = new DerivedKey(configuration));

        // Without a broker (in tests) pages still work; they are only not told when something changes.
        if (builder.Configuration.GetConnectionString("rabbit") is not null)
            builder.AddHearing("web", reactions => reactions.Hear<Happenings>());
    }

    public static void MapWeb(this WebApplication app)
    {
        // Only the gateway can reach this process; it says which address the reader sees, and from which they come.
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedFor };
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        app.UseForwardedHeaders(forwarded);

        app.UseExceptionHandler("/error/500", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/error/{0}", createScopeForStatusCodePages: true);
        app.Use(ShowErrorsAsPages);
        app.UseAuthentication();
        app.Use(SignInFirst);
        app.UseAuthorization();
        app.UseAntiforgery();

        app.MapStaticAssets().AllowAnonymous();
        app.MapGet("/prefer", Preferences.Choose).AllowAnonymous();
        app.MapPost("/visits", Portal.Visits.CountAsync).AllowAnonymous().DisableAntiforgery();
        app.MapGet("/tickets/{number}/mail/{id:guid}", MailFrame.ShowAsync);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(live =>
            // The gateway sets one policy for all pages, and its frame-ancestors is stricter than Blazor's own.
            live.ContentSecurityFrameAncestorsPolicy = null);
        // What is nowhere is not found for anybody, signed in or not.
        app.MapFallback("{**path}", () => TypedResults.NotFound()).AllowAnonymous();
    }

    /// <summary>The error page of a form that was refused is read, not posted again.</summary>
    private static Task ShowErrorsAsPages(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null)
            context.Request.Method = HttpMethods.Get;
        return next(context);
    }

    /// <summary>A person who opens a page that needs an account is asked to sign in, and then comes back to it.</summary>
    private static async Task SignInFirst(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response is { StatusCode: StatusCodes.Status401Unauthorized, HasStarted: false }
            && HttpMethods.IsGet(context.Request.Method) && context.GetEndpoint()?.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>() is not null)
        {
            context.Response.Redirect("/sign-in?returnUrl=" + Uri.EscapeDataString(context.Request.Path + context.Request.QueryString));
        }
    }
}
