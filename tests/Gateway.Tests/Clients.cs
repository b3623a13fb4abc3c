using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Desk.Gateway.Tests;

internal static class Clients
{
    /// <summary>What the service behind the gateway heard.</summary>
    public static async Task<Heard> GetHeardAsync(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answered {(int)answer.StatusCode}");
        return (await answer.Content.ReadFromJsonAsync<Heard>())!;
    }

    public static async Task<string?> CodeAsync(this HttpResponseMessage answer)
        => (await answer.Content.ReadFromJsonAsync<JsonObject>())?["code"]?.GetValue<string>();
}
