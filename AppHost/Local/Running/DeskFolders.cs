namespace Desk.AppHost.Running;

/// <summary>Where the desk keeps what it keeps: one private folder.</summary>
internal sealed class DeskFolders
{
    public DeskFolders(string state)
    {
        Root = Path.GetFullPath(state);
        Run = Path.Combine(Root, "run");
        Logs = Path.Combine(Root, "logs");
        Environments = Path.Combine(Run, "env");
    }

    public string Root { get; }

    /// <summary>What is true only while the desk runs.</summary>
    public string Run { get; }

    public string Logs { get; }

    /// <summary>What each process was given: <c>./desk key</c> runs a service's own program with it.</summary>
    public string Environments { get; }

    public string Secrets => Path.Combine(Root, "secrets.json");

    public string State => Path.Combine(Run, "state.json");

    public string Lock => Path.Combine(Run, "lock");

    public string Mail => Path.Combine(Root, "mail");

    public string DemoPeople => Path.Combine(Root, "demo-people.json");

    public string Server(string name) => Path.Combine(Root, name);

    public void Make()
    {
        foreach (var folder in (string[])[Root, Run, Logs, Mail])
            Directory.CreateDirectory(folder);
        // Environments hold passwords.
        Directory.CreateDirectory(Environments, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
