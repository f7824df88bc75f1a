// What nearly every unit of the worker includes, read once: most of the time of a build is spent on headers. Not Logger.hpp, whose macros
// depend on what each unit defines before it.
#include "common.hpp"
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>
#include <uv.h>
#include <openssl/evp.h>
#include <ankerl/unordered_dense.h>
#include "FBS/message.h"
#include "FBS/notification.h"
#include "FBS/request.h"
#include "FBS/response.h"
#include "Channel/ChannelSocket.hpp"
#include "Settings.hpp"
#include "Utils.hpp"
