using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Desk.Gateway.Keys;
using Desk.Testing;

namespace Desk.Gateway.Tests;

[Collection(TheGateway.Name)]
public sealed class KeyTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task A_key_is_shown_once_and_kept_as_a_hash()
    {
        using var answer = await gateway.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "monitoring", scope = "agent" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var added = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        var key = added["key"]!.GetValue<string>();
        Assert.StartsWith(added["prefix"]!.GetValue<string>(), key);

        using var client = gateway.Bearing(key);
        var me = (await client.GetFromJsonAsync<JsonObject>("/api/v1/me"))!;
        Assert.Equal(("monitoring", "agent", true), (me["name"]!.GetValue<string>(), me["role"]!.GetValue<string>(), me["machine"]!.GetValue<bool>()));

        var listed = await gateway.Admin.GetStringAsync("/api/v1/keys");
        Assert.Contains(added["prefix"]!.GetValue<string>(), listed);
        Assert.DoesNotContain(key, listed);
        Assert.DoesNotContain("hash", listed, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("requester", HttpStatusCode.Forbidden)]
    [InlineData("agent", HttpStatusCode.Forbidden)]
    [InlineData("admin", HttpStatusCode.OK)]
    public async Task Only_an_admins_key_sees_keys_and_accounts(string scope, HttpStatusCode expected)
    {
        using var client = await gateway.KeyAsync(scope);
        Assert.Equal(expected, (await client.GetAsync("/api/v1/keys")).StatusCode);
        Assert.Equal(expected, (await client.GetAsync("/api/v1/accounts")).StatusCode);
        Assert.Equal(scope, (await client.GetFromJsonAsync<JsonObject>("/api/v1/me"))!["role"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("lead")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_key_has_one_of_three_scopes(string? scope)
    {
        using var answer = await gateway.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "x", scope });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_revoked_key_is_dead_at_once_here_and_within_five_seconds_elsewhere()
    {
        await using var elsewhere = await gateway.StartAsync(gateway.Host.Database);
        using var answer = await gateway.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "short-lived", scope = "agent" });
        var added = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        using var here = gateway.Bearing(added["key"]!.GetValue<string>());
        using var there = elsewhere.Anonymous();
        there.DefaultRequestHeaders.Authorization = here.DefaultRequestHeaders.Authorization;
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await there.GetAsync("/api/v1/me")).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.Admin.DeleteAsync($"/api/v1/keys/{added["id"]}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await here.GetAsync("/api/v1/me")).StatusCode);
        await Wait.Until(async () => (await there.GetAsync("/api/v1/me")).StatusCode == HttpStatusCode.Unauthorized, "the key is dead there too", TimeSpan.FromSeconds(6));
        Assert.NotNull(await gateway.Host.Value<object>("select last_used_at from api_key where name = 'short-lived'"));
    }

    [Fact]
    public async Task The_command_line_makes_the_first_key_and_says_it_last()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ApiKey).Assembly.Location, "key", "--name", "first of all", "--scope", "admin"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["ConnectionStrings__gateway"] = await (await DeskServers.GetAsync()).CreateDatabaseAsync("empty");
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        Assert.StartsWith(ApiKey.Start, said.Trim().Split(' ')[^1]);
    }
}
