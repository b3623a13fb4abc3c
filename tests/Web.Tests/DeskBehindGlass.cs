using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Web.Tests;

/// <summary>
/// The real web process on a real port. In front of it, in the place of the gateway: a cookie <c>desk</c> becomes the bearer token, and
/// <c>/api/v1</c> is answered from <see cref="Canned"/>. Nothing of Web itself is replaced.
/// </summary>
public sealed class DeskBehindGlass : WebApplicationFactory<Program>
{
    private readonly int _port = FreePort();

    public DeskBehindGlass()
    {
        UseKestrel(_port);
        StartServer();
    }

    public Uri Address => new($"http://127.0.0.1:{_port}");

    internal Canned Api { get; } = new();

    public string TokenFor(string role, string name = "Anna Lind", string language = "sv")
        => Services.GetRequiredService<InternalTokens>().Issue(
            new Caller(Guid.CreateVersion7(), name, name.ToLowerInvariant().Replace(' ', '.') + "@desk.example", role, false, language), TimeSpan.FromHours(1), "session-1");

    /// <summary>A reader without JavaScript. Role null: nobody is signed in.</summary>
    internal PlainReader Reader(string? role = null, string language = "sv", string name = "Rut Hansson")
    {
        var cookies = new CookieContainer();
        if (role is not null) cookies.Add(Address, new Cookie("desk", TokenFor(role, name)));
        cookies.Add(Address, new Cookie("desk-language", language));
        return new PlainReader(new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = Address });
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseSetting("Desk:TokenKey", "a key for tests only, longer than thirty-two characters");
        builder.UseSetting("Desk:TimeZone", "Europe/Stockholm");
        builder.UseSetting("services:gateway:http:0", $"http://127.0.0.1:{_port}");
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        builder.ConfigureServices(services => services.AddSingleton<IStartupFilter>(new InFront(Api)));
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private sealed class InFront(Canned api) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, forward) =>
            {
                if (context.Request.Path.StartsWithSegments("/api/v1", out var path))
                {
                    await api.AnswerAsync(context, path.Value!);
                    return;
                }
                context.Request.Headers.Remove("Authorization");
                if (context.Request.Cookies["desk"] is { } token)
                    context.Request.Headers.Authorization = "Bearer " + token;
                await forward(context);
            });
            next(app);
        };
    }
}

/// <summary>What was posted to the API: method and path, who asked, and the body.</summary>
internal sealed record Posted(string Call, string? Bearer, string Body, string? IfMatch = null);

/// <summary>The public API as the brief describes it, from memory.</summary>
internal sealed partial class Canned
{
    public ConcurrentQueue<Posted> Posts { get; } = new();

    /// <summary>The hostile or friendly words that tickets carry.</summary>
    public string Subject { get; set; } = "Kommer inte in på min dator";

    public string RequesterName { get; set; } = "Rut Hansson";

    public string Text { get; set; } = "Hej!\n\nSedan i morse kommer jag inte in på datorn. Det står att lösenordet är fel, men jag har inte bytt det.\n\nHälsningar\nRut";

    public string? Html { get; set; }

    /// <summary>What the account of mail finds wrong with the store.</summary>
    public string? AccountFault { get; set; }

    /// <summary>How many mails the statistics have not heard of.</summary>
    public int Unheard { get; set; }

    /// <summary>What was asked for: path and query.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>How many tickets a list has.</summary>
    public int Tickets { get; set; } = 10;

    /// <summary>The path whose answer ends in the middle of a word, and of the connection.</summary>
    public string? Cut { get; set; }

    /// <summary>The next post comes too late: somebody changed the ticket meanwhile.</summary>
    public bool StaleOnce { get; set; }

    /// <summary>Who took the ticket a moment ago, as the timeline tells it.</summary>
    public string? SomebodyElse { get; set; }

    /// <summary>Minutes that the line has left for the ticket.</summary>
    public double BoxLeft { get; set; } = 1.5;

    /// <summary>When set, every post is refused with this status.</summary>
    public int? Refuse { get; set; }
}
