using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace GanKit.Tests;

/// <summary>
/// What holds for the process of the tests. libtorch takes one thread in it: networks of tests are small, and libgomp's threads wait
/// for each other with the processor in hand at thousands of short regions. Several processes, and not threads, use several cores,
/// as many tests share the process's seed or count its tensors.
/// </summary>
internal static class TestProcess
{
    private const string ThreadsVariable = "OMP_NUM_THREADS";

    /// <summary>How many threads libtorch has in tests that ask for no more.</summary>
    internal static int Threads { get; private set; }

    /// <summary>Runs before any test is looked for, and so before libtorch loads and reads the environment.</summary>
    [ModuleInitializer]
    internal static void Begin()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(ThreadsVariable), out var threads) || threads < 1)
        {
            threads = 1;
            Environment.SetEnvironmentVariable(ThreadsVariable, "1"); // for programs that tests start
            // .NET's variables are a copy of the process's, which native libraries do not see.
            if (!OperatingSystem.IsWindows())
                _ = SetVariable(Encoding.ASCII.GetBytes(ThreadsVariable + "\0"), "1\0"u8.ToArray(), 1);
        }

        Threads = threads;
    }

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable(byte[] name, byte[] value, int overwrite);
}
