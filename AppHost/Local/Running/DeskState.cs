using System.Text.Json;

namespace Desk.AppHost.Running;

/// <summary>What runs, as <c>run/state.json</c> tells it to <c>./desk</c> and to tests.</summary>
/// <param name="Pid">The app host: everything else descends from it.</param>
/// <param name="Ready">Whether everything has been ready.</param>
/// <param name="StartSeconds">From the start of the app host until everything was ready.</param>
/// <param name="Address">Where people go.</param>
/// <param name="SmtpPort">Where mail comes in.</param>
/// <param name="Dashboard">Where traces and logs are seen, when that runs.</param>
/// <param name="Resources">The parts, in the order of AppHost.cs.</param>
internal sealed record DeskState(
    int Pid, bool Ready, double? StartSeconds, string? Address, int? SmtpPort, string? Dashboard, IReadOnlyList<DeskState.Part> Resources)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>One process; its state is waiting, starting, ready, restarting, stopped or failed.</summary>
    public sealed record Part(string Name, string State, int? Pid, string? Url, int Restarts, double? ReadySeconds);

    public void Write(DeskFolders folders)
    {
        var beside = folders.State + ".new";
        File.WriteAllText(beside, JsonSerializer.Serialize(this, Web));
        File.Move(beside, folders.State, overwrite: true);
    }

    /// <returns>Null when no desk runs in this folder.</returns>
    public static DeskState? Read(DeskFolders folders)
        => File.Exists(folders.State) && DeskLock.IsHeld(folders) ? JsonSerializer.Deserialize<DeskState>(File.ReadAllText(folders.State), Web) : null;
}
