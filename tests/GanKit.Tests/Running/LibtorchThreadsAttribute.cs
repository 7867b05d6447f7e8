using System.Reflection;
using Xunit.v3;

namespace GanKit.Tests;

/// <summary>
/// The test's operations take at least so many threads of libtorch, where others take one. For what several threads may change; a test
/// that computes much is split among processes instead.
/// </summary>
/// <remarks>OpenMP's number belongs to a thread: those that the test starts have it, and those that were there before have their own.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class LibtorchThreadsAttribute(int threads) : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) =>
        torch.set_num_threads(Math.Max(threads, TestProcess.Threads));

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => torch.set_num_threads(TestProcess.Threads);
}
