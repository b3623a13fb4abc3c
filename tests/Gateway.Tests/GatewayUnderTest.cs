using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Desk.Gateway.Keys;
using Desk.Gateway.Routes;
using Desk.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Desk.Gateway.Tests;

/// <summary>The gateway on a real database and broker; behind it stand services that answer with what they were asked.</summary>
public sealed class GatewayUnderTest : IAsyncLifetime
{
    private int _people;

    internal Services Services { get; private set; } = null!;

    internal ServiceHost<ApiKey> Host { get; private set; } = null!;

    internal HttpClient Admin { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Services = await Services.StartAsync();
        Host = await StartAsync();
        Admin = await KeyAsync("admin");
    }

    internal Task<ServiceHost<ApiKey>> StartAsync(string? database = null, params (string Key, string Value)[] settings)
        => ServiceHost.StartAsync<ApiKey>("gateway", new HostOptions
        {
            Database = database,
            Broker = database is null ? null : Host.Broker,
            Settings = Services.Settings
                .Concat([new("Desk:Limits:AnonymousPerSecond", "100000"), new("Desk:Limits:SignInsPerMinute", "100000"), new("Desk:Limits:LinksPerMinute", "100000")])
                .Concat(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
                .GroupBy(setting => setting.Key).ToDictionary(setting => setting.Key, setting => setting.Last().Value),
        });

    internal HttpClient Anonymous() => Host.Anonymous();

    internal async Task<HttpClient> KeyAsync(string scope)
        => Bearing((await Host.Services.GetRequiredService<KeyStore>().AddAsync($"test {scope}", scope, "test", default)).Key);

    internal HttpClient Bearing(string token)
    {
        var client = Host.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A new account with a password.</summary>
    internal async Task<Person> PersonAsync(string role)
    {
        var number = Interlocked.Increment(ref _people);
        using var answer = await Admin.PostAsJsonAsync("/api/v1/accounts", new { email = $"person{number}@desk.example", name = $"Person {number}", role });
        var added = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        return new Person(added["id"]!.GetValue<Guid>(), $"person{number}@desk.example", added["password"]?.GetValue<string>() ?? "");
    }

    internal async Task<HttpClient> SignedInAsync(string role) => (await SignInAsync(await PersonAsync(role))).Client;

    internal async Task<(HttpClient Client, string Cookie)> SignInAsync(Person person)
    {
        using var answer = await SignInAnswerAsync(person.Email, person.Password);
        Assert.Equal(204, (int)answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var client = Host.Anonymous();
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        return (client, cookie);
    }

    internal Task<HttpResponseMessage> SignInAnswerAsync(string email, string password)
        => FromDesk(Host.Anonymous()).PostAsync("/account/sign-in", Form(("email", email), ("password", password)));

    /// <summary>As a page of the desk itself sends it.</summary>
    internal static HttpClient FromDesk(HttpClient client)
    {
        client.DefaultRequestHeaders.Add("Origin", "http://localhost:8080");
        return client;
    }

    internal static FormUrlEncodedContent Form(params (string Key, string Value)[] fields)
        => new(fields.Select(field => KeyValuePair.Create(field.Key, field.Value)));

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Services.DisposeAsync();
    }
}

internal sealed record Person(Guid Id, string Email, string Password);

[CollectionDefinition(Name)]
public sealed class TheGateway : ICollectionFixture<GatewayUnderTest>
{
    public const string Name = "gateway";
}

/// <summary>All services as one small web server with a port for each, which answers with what it heard.</summary>
internal sealed class Services : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Services(WebApplication app, IReadOnlyDictionary<string, string?> settings) => (_app, Settings) = (app, settings);

    public IReadOnlyDictionary<string, string?> Settings { get; }

    public static async Task<Services> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var _ in Destinations.All)
                kestrel.Listen(System.Net.IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        var ports = new Dictionary<int, string>();
        app.MapGet("/health/ready", () => "");
        app.MapGet("/openapi/v1.json", (HttpContext context) => Results.Text(Document(ports[context.Connection.LocalPort]), "application/json"));
        app.Map("/{**path}", async (HttpContext context) =>
        {
            if (context.Request.Path.Value!.EndsWith("/broken", StringComparison.Ordinal))
            {
                context.Abort();
                return;
            }
            context.Response.Headers.Server = "secret/1.0";
            await context.Response.WriteAsJsonAsync(new Heard(
                ports[context.Connection.LocalPort], context.Request.Method, context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        });
        await app.StartAsync();
        var urls = app.Urls.ToList();
        for (var at = 0; at < urls.Count; at++)
            ports[new Uri(urls[at]).Port] = Destinations.All[at];
        return new Services(app, ports.ToDictionary(port => $"services:{port.Value}:http:0", port => (string?)$"http://127.0.0.1:{port.Key}"));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Document(string service) =>
        """
        {"openapi":"3.1.1","paths":{"/api/v1/SERVICE/things":{"get":{"operationId":"ListThings","responses":{"200":{"content":{"application/json":
        {"schema":{"$ref":"#/components/schemas/Page"}}}}}}},"/internal":{"get":{}}},
        "components":{"schemas":{"Page":{"type":"object","description":"of SERVICE"},"Same":{"type":"string"}}},"tags":[{"name":"SERVICE"}]}
        """.Replace("SERVICE", service);
}

internal sealed record Heard(string Service, string Method, string Path, Dictionary<string, string> Headers);
