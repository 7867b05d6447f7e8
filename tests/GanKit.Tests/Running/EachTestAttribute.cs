using System.Reflection;
using Xunit.v3;

[assembly: GanKit.Tests.EachTest]

namespace GanKit.Tests;

/// <summary>
/// Before each test: libtorch has the process's number of threads, and its random source a fixed seed, whatever the last test did, so
/// that a network without a seed of its own has the same weights in every run; and the test's name is in the file that
/// <c>eng/test.sh</c> reads where the process ends by a signal.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class EachTestAttribute : BeforeAfterTestAttribute
{
    private const long Seed = 20_231;

    private static readonly string? RunningFile = Environment.GetEnvironmentVariable("GANKIT_RUNNING_TEST");

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (RunningFile is not null)
            File.WriteAllText(RunningFile, test.TestDisplayName + '\n');
        if (torch.get_num_threads() != TestProcess.Threads)
            torch.set_num_threads(TestProcess.Threads);
        torch.manual_seed(Seed);
    }
}
