using System.Text.Json;

namespace Desk.AppHost.Running;

/// <summary>What a person needs to know when the desk has started.</summary>
internal static class Summary
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static void Print(DeskState state, DeskFolders folders, TextWriter to)
    {
        to.WriteLine();
        if (state.Address is null)
        {
            to.WriteLine($"The servers are ready after {state.StartSeconds:0.0} s.");
            return;
        }
        to.WriteLine($"The desk is ready after {state.StartSeconds:0.0} s.");
        to.WriteLine();
        to.WriteLine($"  Portal       {state.Address}/");
        to.WriteLine($"  Workspace    {state.Address}/agent");
        to.WriteLine($"  Operations   {state.Address}/ops");
        to.WriteLine($"  API          {state.Address}/api/v1/openapi.json");
        to.WriteLine($"  Mail in      smtp://localhost:{state.SmtpPort}");
        to.WriteLine($"  Mail out     {folders.Mail}/*.eml");
        if (state.Dashboard is { } dashboard)
            to.WriteLine($"  Dashboard    {dashboard} (traces, logs and metrics; no sign-in, this machine only)");
        to.WriteLine($"  Logs         {folders.Logs}/");
        if (File.Exists(folders.DemoPeople))
        {
            to.WriteLine();
            to.WriteLine("  Demo sign-ins:");
            foreach (var person in JsonSerializer.Deserialize<Person[]>(File.ReadAllText(folders.DemoPeople), Web) ?? [])
                to.WriteLine($"    {person.Role,-10} {person.Email,-32} {person.Password ?? "by a link in a mail"}");
        }
        to.WriteLine();
        to.WriteLine("Stop it with ./desk down.");
    }

    private sealed record Person(string? Name, string Email, string? Password, string Role);
}
