using System.Diagnostics;
using System.Runtime.InteropServices;
using GanKit.Tests.Documentation;

namespace GanKit.Tests;

/// <summary>A C# program, as a user would write it, in a process of its own: one that can be killed, or run out of disk.</summary>
internal sealed class ChildProgram : IDisposable
{
    private readonly string _assembly;

    private ChildProgram(string assembly, Process process) => (_assembly, Process) = (assembly, process);

    /// <summary>The program that runs assemblies.</summary>
    internal static string Host { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    internal Process Process { get; }

    /// <summary>What it wrote so far; it ends with the process.</summary>
    internal StreamReader Output => Process.StandardOutput;

    /// <summary>Compiles and starts a program.</summary>
    /// <param name="snippet">The program.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="under">A command that starts it, if not started directly: it gets the command line as arguments.</param>
    internal static ChildProgram Start(MarkdownSnippet snippet, string folder, params string[] under)
    {
        // Beside the tests, where everything that it needs lies.
        var assembly = Path.Combine(AppContext.BaseDirectory, $"child-{Guid.NewGuid():N}.dll");
        File.WriteAllBytes(assembly, SnippetCompiler.Compile(snippet));
        var tests = Path.Combine(AppContext.BaseDirectory, typeof(ChildProgram).Assembly.GetName().Name!);
        string[] command = [.. under, Host, "exec", "--runtimeconfig", $"{tests}.runtimeconfig.json", "--depsfile", $"{tests}.deps.json", assembly];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Memory that is written and run is a file to the system, and would fall under a limit on the length of files.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return new(assembly, Process.Start(start)!);
    }

    internal static ChildProgram Start(string code, string folder, params string[] under) =>
        Start(new MarkdownSnippet("child", 1, code, ""), folder, under);

    /// <summary>Runs a program to its end, and returns what it wrote.</summary>
    internal static string Run(string code, string folder, params string[] under)
    {
        using var child = Start(code, folder, under);
        var errors = child.Process.StandardError.ReadToEndAsync();
        var output = child.Output.ReadToEnd();
        child.Process.WaitForExit();
        Assert.True(child.Process.ExitCode == 0, $"{output}\n{errors.Result}");
        return output;
    }

    /// <summary>Runs a program of the system's, which has to succeed, and returns what it wrote.</summary>
    internal static string System(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    /// <summary>Whether a program of the system's ends well.</summary>
    internal static bool Succeeds(string[] command)
    {
        using var process = Process.Start(command[0], command[1..]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
        File.Delete(_assembly);
    }
}
